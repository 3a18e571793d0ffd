/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "event/event_xml.h"
#include "export/spelling.h"

/* Sentinel's tables Event, WindowsEvent and SecurityEvent: what the event holds is XML, JSON, or
 * rendered. */

static const char *get(const struct json_node *object, const char *name, const char *with_zone)
{
	const char *text = json_tree_text(object, name);

	return text ? text : json_tree_text(object, with_zone);
}

static bool fits(const struct json_node *object)
{
	return (json_tree_get(object, "TimeGenerated") ||
		json_tree_get(object, "TimeGenerated [UTC]")) &&
	       json_tree_get(object, "Computer") && json_tree_get(object, "EventID");
}

/* Fields of an event that is its data only. */
static void add_xml(struct draft *draft, const char *xml)
{
	g_autofree char *whole = NULL, *reason = NULL;
	bool has_data;

	if (!xml || xml[strspn(xml, " \t\r\n")] != '<')
		return;
	has_data = strstr(xml, "<EventData") || strstr(xml, "<UserData");
	whole = g_strconcat("<Event>", has_data ? "" : "<EventData>", xml,
			    has_data ? "" : "</EventData>", "</Event>", NULL);
	event_xml_read(draft->xml, draft->event, whole, strlen(whole), &reason);
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	const char *logged = get(object, "TimeGenerated", "TimeGenerated [UTC]");
	const char *data = json_tree_text(object, "EventData");
	struct export_time time;

	draft_set_text(draft, EVENT_PROVIDER, get(object, "Source", "Provider"));
	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "EventSourceName"));
	draft_set_number(draft, EVENT_ID, json_tree_text(object, "EventID"));
	draft_set_text(draft, EVENT_CHANNEL, get(object, "EventLog", "Channel"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "Computer"));
	draft_set_number(draft, EVENT_RECORD_ID, get(object, "EventRecordId", "RecordId"));
	if (logged && export_time_read(logged, &time)) {
		time.has_zone = true;
		draft_set_export_time(draft, &time);
	}
	add_xml(draft, data);
	if (draft->event->fields->len == 0)
		add_xml(draft, json_tree_text(object, "ParameterXml"));
	if (draft->event->fields->len == 0)
		draft_add_event_data(draft, data ? json_tree_parse(data, draft->arena)
						 : json_tree_get(object, "EventData"));
	draft->message = json_tree_text(object, "RenderedDescription");
}

const struct spelling spelling_sentinel = {EVENT_FORMAT_SENTINEL, NULL, fits, read_object, NULL};
