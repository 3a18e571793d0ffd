/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/spelling.h"

/*
 * Event Viewer's "Save as CSV" and "as Text": Level (of Security: Keywords), Date and Time, Source,
 * Event ID, Task Category, in Windows's language, and the rendered message in a column that the
 * header does not name. Columns that were chosen in the window may come between. Neither host,
 * channel nor record id is there.
 */

enum { PLACE_TIME = 1, PLACE_SOURCE, PLACE_ID, PLACE_CATEGORY };

static const char *get_place(const struct json_node *object, int place)
{
	const struct json_node *node = object->first;

	while (node && place-- > 0)
		node = node->next;
	return node ? node->text : NULL;
}

static bool fits(const struct json_node *object)
{
	const char *id = get_place(object, PLACE_ID), *time = get_place(object, PLACE_TIME);
	struct export_time read;

	return id && *id && !id[strspn(id, "0123456789")] && time &&
	       export_time_read(time, &read) && get_place(object, PLACE_CATEGORY) &&
	       json_tree_get(object, "");
}

/* The channel that a provider logs to, where there is one of it that matters. */
static const char *channel_of(const char *provider, uint32_t event_id)
{
	static const struct {
		const char *provider, *channel;
	} channels[] = {
		{"Microsoft-Windows-WMI-Activity", "Microsoft-Windows-WMI-Activity/Operational"},
		{"Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational"},
		{"Microsoft-Windows-PowerShell", "Microsoft-Windows-PowerShell/Operational"},
		{"Microsoft-Windows-Security-Auditing", "Security"},
		{"Service Control Manager", "System"},
		{"PowerShell", "Windows PowerShell"},
	};

	if (strcmp(provider, "Microsoft-Windows-Eventlog") == 0)
		return event_id >= 1100 ? "Security" : "System";
	for (size_t i = 0; i < G_N_ELEMENTS(channels); i++)
		if (strcmp(channels[i].provider, provider) == 0)
			return channels[i].channel;
	return NULL;
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	const struct event *event = draft->event;

	draft_set_text(draft, EVENT_PROVIDER, get_place(object, PLACE_SOURCE));
	draft_set_number(draft, EVENT_ID, get_place(object, PLACE_ID));
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "Computer"));
	draft_set_time(draft, get_place(object, PLACE_TIME));
	draft->message = json_tree_get(object, "")->text;
	if (event->provider && event->ref.has_event_id)
		draft_set_text(draft, EVENT_CHANNEL,
			       channel_of(event->provider, event->ref.event_id));
}

const struct spelling spelling_event_viewer = {EVENT_FORMAT_EVENT_VIEWER, NULL, fits, read_object,
					       NULL};
