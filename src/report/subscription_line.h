/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_SUBSCRIPTION_LINE_H
#define WH_REPORT_SUBSCRIPTION_LINE_H

#include <glib.h>

#include "hunt/rules.h"
#include "wmi/subscription.h"

/* Appends the subscription line, with what the rules say of it, and its line feed.
 * parts, events and matches always stand there; what else is absent does not. */
void subscription_line_append(const struct subscription *subscription,
			      const struct verdict *verdict, GString *out);

#endif
