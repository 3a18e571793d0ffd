/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/unnamed_parent.h"

static bool is_audit(const struct event *event, uint32_t event_id)
{
	return event->ref.has_event_id && event->ref.event_id == event_id && event->provider &&
	       g_ascii_strcasecmp(event->provider, "Microsoft-Windows-Security-Auditing") == 0;
}

bool event_has_unnamed_parent(const struct event *event)
{
	return is_audit(event, 4688) && event_get_field(event, "NewProcessId") &&
	       event_get_field(event, "NewProcessName") && event_get_field(event, "ProcessId") &&
	       !event_get_field(event, WH_PARENT_FIELD);
}

bool event_is_process_end(const struct event *event)
{
	return is_audit(event, 4689) && event_get_field(event, "ProcessId");
}

bool event_is_boot(const struct event *event)
{
	return is_audit(event, 4608);
}
