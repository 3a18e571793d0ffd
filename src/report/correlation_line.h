/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_CORRELATION_LINE_H
#define WH_REPORT_CORRELATION_LINE_H

#include <glib.h>

#include "hunt/finding.h"

/* Appends the JSON line of a finding that is a correlation, and its line feed (`explain`: with
 * what the rules advise): the rule, what its
 * events share, and which they are. A field that it groups by twice stands once. */
void correlation_line_append(const struct finding *finding, bool explain, GString *out);

#endif
