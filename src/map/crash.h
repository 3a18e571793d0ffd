/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_CRASH_H
#define WH_MAP_CRASH_H

#include <glib.h>
#include <stdbool.h>

#include "base/fault.h"
#include "map/protocol.h"
#include "run/pool.h"

/* What is said of a worker that crashed, and what becomes of its task. */
struct crash_report {
	struct fault fault; /* its path is the caller's to fill */
	bool go_on; /* with this request, which passes over what the worker died of */
	struct request request;
	GByteArray *rest; /* bytes of a pipe that follow the request's path */

	char *what; /* the fault's strings */
	char *name;
};

/*
 * Fills the report; the caller releases it. `crashes`: of workers at this input so far. The status
 * in `crash` is not trusted: the worker may have been taken over.
 */
void crash_report_write(struct crash_report *report, const struct crash *crash,
			const struct request *request, unsigned crashes);
void crash_report_release(struct crash_report *report);

#endif
