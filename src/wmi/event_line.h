/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_EVENT_LINE_H
#define WH_WMI_EVENT_LINE_H

#include <glib.h>

#include "event/event.h"
#include "wmi/fact.h"

/* Appends the event line (JSON), with what `fact` (may be NULL) says of it, and its line feed. */
void event_line_append(const struct event *event, const struct wmi_fact *fact, GString *out);

#endif
