/* SPDX-License-Identifier: Apache-2.0 */
#include "export/spelling.h"

#include <string.h>

/* Winlogbeat 7 and later and Elastic Agent, winlogbeat 5 and 6. What stands in host, agent and beat
 * is the collector's. */

static void add_user_data(struct draft *draft, const struct json_node *data)
{
	if (!data || data->kind != JSON_KIND_OBJECT)
		return;
	draft_set_text(draft, EVENT_DATA_TYPE, json_tree_text(data, "xml_name"));
	for (data = data->first; data; data = data->next)
		if (strcmp(data->name, "xml_name") != 0 && !g_str_has_prefix(data->name, "xmlns"))
			draft_add_field(draft, data->name, data->text);
}

static bool fits(const struct json_node *object)
{
	const struct json_node *winlog = json_tree_get(object, "winlog");

	return winlog &&
	       (json_tree_get(winlog, "channel") || json_tree_get(winlog, "provider_name"));
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	const struct json_node *winlog = json_tree_get(object, "winlog");

	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(winlog, "provider_name"));
	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "event.provider"));
	draft_set_number(draft, EVENT_ID, json_tree_text(winlog, "event_id"));
	draft_set_number(draft, EVENT_ID, json_tree_text(object, "event.code"));
	draft_set_number(draft, EVENT_RECORD_ID, json_tree_text(winlog, "record_id"));
	draft_set_text(draft, EVENT_CHANNEL, json_tree_text(winlog, "channel"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(winlog, "computer_name"));
	draft_set_text(draft, EVENT_USER_SID, json_tree_text(winlog, "user.identifier"));
	draft_set_number(draft, EVENT_PROCESS_ID, json_tree_text(winlog, "process.pid"));
	draft_set_time(draft, json_tree_text(object, "@timestamp"));
	draft_add_fields(draft, json_tree_get(winlog, "event_data"), NULL);
	add_user_data(draft, json_tree_get(winlog, "user_data"));
	if (g_strcmp0(draft->event->provider, "Microsoft-Windows-Sysmon") == 0)
		ecs_restore_sysmon(draft, object);
	draft->message = json_tree_text(object, "message");
}

static const struct text_names text_names = {.host = "\"computer_name\"",
					     .channel = "\"channel\"",
					     .record_id = "\"record_id\"",
					     .times = {"\"@timestamp\""}};

const struct spelling spelling_beats = {EVENT_FORMAT_BEATS, "\"event_id\"", fits, read_object,
					&text_names};

static bool old_fits(const struct json_node *object)
{
	return json_tree_get(object, "log_name") && json_tree_get(object, "event_id") &&
	       (json_tree_get(object, "event_data") || json_tree_get(object, "user_data") ||
		json_tree_get(object, "computer_name"));
}

static void old_read(struct draft *draft, const struct json_node *object)
{
	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "source_name"));
	draft_set_number(draft, EVENT_ID, json_tree_text(object, "event_id"));
	draft_set_number(draft, EVENT_RECORD_ID, json_tree_text(object, "record_number"));
	draft_set_text(draft, EVENT_CHANNEL, json_tree_text(object, "log_name"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "computer_name"));
	draft_set_text(draft, EVENT_USER_SID, json_tree_text(object, "user.identifier"));
	draft_set_number(draft, EVENT_PROCESS_ID, json_tree_text(object, "process_id"));
	draft_set_time(draft, json_tree_text(object, "@timestamp"));
	draft_add_fields(draft, json_tree_get(object, "event_data"), NULL);
	add_user_data(draft, json_tree_get(object, "user_data"));
	draft->message = json_tree_text(object, "message");
}

static const struct text_names old_names = {.host = "\"computer_name\"",
					    .channel = "\"log_name\"",
					    .record_id = "\"record_number\"",
					    .times = {"\"@timestamp\""}};

const struct spelling spelling_old_beats = {EVENT_FORMAT_BEATS, "\"event_id\"", old_fits, old_read,
					    &old_names};
