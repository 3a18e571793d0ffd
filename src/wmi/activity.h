/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_ACTIVITY_H
#define WH_WMI_ACTIVITY_H

#include "wmi/fact.h"

/*
 * What WMI-Activity 5861 says: a live binding with its filter and consumer. What
 * the instance text (PossibleCause) lacks comes from the fields ESS and CONSUMER.
 * NULL when the event names neither. The caller frees it.
 */
struct wmi_fact *activity_fact_from_event(const struct event *event);

#endif
