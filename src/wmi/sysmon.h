/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_SYSMON_H
#define WH_WMI_SYSMON_H

#include "wmi/fact.h"

/*
 * What Sysmon 19 (a filter), 20 (a consumer) or 21 (a binding) says; NULL when the
 * event names nothing. The caller frees it.
 */
struct wmi_fact *sysmon_fact_from_event(const struct event *event);

#endif
