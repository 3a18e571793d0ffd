/* SPDX-License-Identifier: Apache-2.0 */
#include "export/spelling.h"

/* EvtxECmd, as JSON and as CSV: what the event holds is JSON in a text. */

static bool fits(const struct json_node *object)
{
	return json_tree_get(object, "EventId") && json_tree_get(object, "Payload") &&
	       (json_tree_get(object, "MapDescription") || json_tree_get(object, "SourceFile") ||
		json_tree_get(object, "EventRecordId"));
}

/* Its CSV leaves the zone out, which is always UTC. */
static bool read_time(const char *const *texts, struct export_time *out)
{
	if (!export_time_read(texts[0], out))
		return false;
	out->has_zone = true;
	return true;
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	const struct json_node *payload =
		json_tree_parse(json_tree_text(object, "Payload"), draft->arena);
	const char *logged = json_tree_text(object, "TimeCreated");
	struct export_time time;

	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "Provider"));
	draft_set_number(draft, EVENT_ID, json_tree_text(object, "EventId"));
	draft_set_number(draft, EVENT_RECORD_ID, json_tree_text(object, "EventRecordId"));
	draft_set_text(draft, EVENT_CHANNEL, json_tree_text(object, "Channel"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "Computer"));
	draft_set_text(draft, EVENT_USER_SID, json_tree_text(object, "UserId"));
	draft_set_number(draft, EVENT_PROCESS_ID, json_tree_text(object, "ProcessId"));
	if (logged && read_time(&logged, &time))
		draft_set_export_time(draft, &time);
	draft_add_event_data(draft, json_tree_get(payload, "EventData"));
	draft_add_user_data(draft, json_tree_get(payload, "UserData"));
}

static const struct text_names text_names = {.host = "\"Computer\"",
					     .channel = "\"Channel\"",
					     .record_id = "\"EventRecordId\"",
					     .times = {"\"TimeCreated\""},
					     .read_time = read_time};

const struct spelling spelling_evtxecmd = {EVENT_FORMAT_EVTXECMD, "\"EventId\"", fits, read_object,
					   &text_names};
