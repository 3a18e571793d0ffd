/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_EXPLAIN_H
#define WH_REPORT_EXPLAIN_H

#include <glib.h>

#include "wmi/subscription.h"

/*
 * Adds lines (GString, which the array's owner frees; not safe to print yet) with a subscription's
 * timeline, and what to look at next (`triage`, the text of a rule; may be NULL).
 */
void explain_subscription(const struct subscription *subscription, const char *triage,
			  GPtrArray *lines);

#endif
