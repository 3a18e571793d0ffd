/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_SUBSCRIPTION_LINE_H
#define WH_REPORT_SUBSCRIPTION_LINE_H

#include <glib.h>

#include "hunt/finding.h"

/* Appends the JSON line of a finding that is a subscription, and its line feed; `explain`: with
 * what the rules advise. parts, events and
 * matches always stand there; what else is absent does not. */
void subscription_line_append(const struct finding *finding, bool explain, GString *out);

#endif
