/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_UNDECODED_H
#define WH_WMI_UNDECODED_H

#include "wmi/fact.h"

/*
 * Records that no decoder reads, but whose strings are there (data_type "undecoded"): 5861 logs the
 * whole of a subscription as one text, which is worth having.
 */

/* Are the event's strings those of a 5861? Of another provider they are not. */
bool undecoded_is_registration(const struct event *event);

/* What such an event tells, marked partial, or NULL when it names nothing. The caller frees it. */
struct wmi_fact *undecoded_fact_from_event(const struct event *event);

#endif
