/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_CORRELATION_LINE_H
#define WH_REPORT_CORRELATION_LINE_H

#include <glib.h>

#include "correlation/finding.h"

/* Appends the correlation line and its line feed: the rule, what its events share, and which they
 * are. A field that it groups by twice stands once. */
void correlation_line_append(const struct correlation_finding *finding, GString *out);

#endif
