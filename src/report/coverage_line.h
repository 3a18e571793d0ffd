/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_COVERAGE_LINE_H
#define WH_REPORT_COVERAGE_LINE_H

#include <glib.h>

#include "evidence/coverage.h"

/* Appends the line (JSON) of a host's coverage, and its line feed. */
void coverage_line_append(const struct host_coverage *host, GString *out);

#endif
