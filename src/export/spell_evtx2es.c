/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/manifest.h"
#include "export/spelling.h"

/* evtx2es and evtx2json: named as Elastic's fields are, but with UserData and EventData as
 * evtx_dump has them; ProcessId is made decimal, and Status is always null. */

static bool fits(const struct json_node *object)
{
	return json_tree_get(object, "winlog") && !json_tree_get(object, "agent") &&
	       !json_tree_get(object, "ecs") && !json_tree_get(object, "message") &&
	       (json_tree_get(object, "userdata") || json_tree_find(object, "log.file.name") ||
		json_tree_find(object, "log.file.path"));
}

static void add_event_data(struct draft *draft, const struct json_node *data)
{
	const struct json_node *status = json_tree_get(data, "Status");
	GArray *fields = draft->event->fields;

	draft_add_event_data(draft, data);
	for (guint i = fields->len; i-- > 0;) {
		struct event_field *field = &g_array_index(fields, struct event_field, i);

		if (status && status->kind == JSON_KIND_NULL && strcmp(field->name, "Status") == 0)
			g_array_remove_index(fields, i);
		else if (strcmp(field->name, "ProcessId") == 0 &&
			 manifest_is_hex(draft->event->provider, field->name))
			field->value = draft_make_hex(draft, field->value);
	}
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	const struct json_node *winlog = json_tree_get(object, "winlog");

	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(winlog, "provider.name"));
	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(winlog, "provider_name"));
	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "event.provider"));
	draft_set_number(draft, EVENT_ID, json_tree_text(winlog, "event_id"));
	draft_set_number(draft, EVENT_RECORD_ID, json_tree_text(winlog, "record_id"));
	draft_set_text(draft, EVENT_CHANNEL, json_tree_text(winlog, "channel"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(winlog, "computer_name"));
	draft_set_number(draft, EVENT_PROCESS_ID, json_tree_text(winlog, "process.pid"));
	draft_set_number(draft, EVENT_PROCESS_ID, json_tree_text(object, "process.pid"));
	draft_set_time(draft, json_tree_text(object, "@timestamp"));
	add_event_data(draft, json_tree_get(winlog, "event_data"));
	draft_add_user_data(draft, json_tree_get(object, "userdata"));
}

static const struct text_names text_names = {.host = "\"computer_name\"",
					     .channel = "\"channel\"",
					     .record_id = "\"record_id\"",
					     .times = {"\"@timestamp\""}};

const struct spelling spelling_evtx2es = {EVENT_FORMAT_EVTX2ES, "\"event_id\"", fits, read_object,
					  &text_names};
