/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_CRASH_H
#define WH_MAP_CRASH_H

#include <glib.h>
#include <stdbool.h>

#include "base/fault.h"
#include "map/protocol.h"
#include "run/pool.h"

/* What is to be said of a worker that died, and what is to be done about it. */
struct crash_report {
	struct fault fault; /* its path is the caller's to fill */
	bool go_on; /* with this request, which passes over what the worker died of: */
	struct request request;
	GByteArray *rest; /* of a pipe, behind the request's path */

	char *what;
	char *name;
};

/* `crashes`: of workers at this input so far. The status is taken for what it is, the last words
 * of a process that may have been taken over. */
void crash_report_write(struct crash_report *report, const struct crash *crash,
			const struct request *request, unsigned crashes);
void crash_report_release(struct crash_report *report);

#endif
