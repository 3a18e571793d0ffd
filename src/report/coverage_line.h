/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_COVERAGE_LINE_H
#define WH_REPORT_COVERAGE_LINE_H

#include <glib.h>

#include "base/line_id.h"
#include "evidence/coverage.h"

/* Sets the id of the line: of the host alone. */
void coverage_identify(const struct host_coverage *host, struct line_id *out);

/* Appends the line (JSON) of a host's coverage, and its line feed. */
void coverage_line_append(const struct host_coverage *host, GString *out);

#endif
