/* SPDX-License-Identifier: Apache-2.0 */
#include "export/spelling.h"

#include <stdlib.h>
#include <string.h>

#include "export/manifest.h"

/* Velociraptor: what parse_evtx() gives, and the rows of Windows.EventLogs.EvtxHunter. */

static bool fits(const struct json_node *object)
{
	const struct json_node *system = json_tree_get(object, "System");

	return json_tree_get(system, "EventID") && json_tree_get(system, "Channel");
}

static const struct json_node *member(struct draft *draft, const struct json_node *node)
{
	struct json_node *copy = arena_alloc(draft->arena, sizeof(*copy));

	*copy = *node;
	if (node->kind == JSON_KIND_NUMBER && manifest_is_hex(draft->event->provider, node->name))
		copy->text = draft_make_hex(draft, node->text);
	return copy;
}

/* Its numbers stand in decimal where Windows logs hexadecimal ones. */
static const struct json_node *restore_numbers(struct draft *draft, const struct json_node *data)
{
	struct json_node *restored, **last;

	if (!data || data->kind != JSON_KIND_OBJECT)
		return data;
	restored = arena_alloc(draft->arena, sizeof(*restored));
	*restored = *data;
	last = &restored->first;
	for (data = data->first; data; data = data->next) {
		*last = (struct json_node *)member(draft, data);
		last = &(*last)->next;
	}
	return restored;
}

static void read_data(struct draft *draft, const struct json_node *object)
{
	draft_add_event_data(draft, restore_numbers(draft, json_tree_get(object, "EventData")));
	draft_add_user_data(draft, json_tree_get(object, "UserData"));
	draft->message = json_tree_text(object, "Message");
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	spelling_read_system(draft, json_tree_get(object, "System"));
	read_data(draft, object);
}

static const struct text_names text_names = {.host = "\"Computer\"",
					     .channel = "\"Channel\"",
					     .record_id = "\"EventRecordID\"",
					     .times = {"\"SystemTime\""},
					     .read_time = spelling_read_time};

const struct spelling spelling_velociraptor = {EVENT_FORMAT_VELOCIRAPTOR, "\"EventID\"", fits,
					       read_object, &text_names};

static bool hunter_fits(const struct json_node *object)
{
	return json_tree_get(object, "EventTime") && json_tree_get(object, "Computer") &&
	       json_tree_get(object, "Channel") && json_tree_get(object, "EventID") &&
	       (json_tree_get(object, "EventData") || json_tree_get(object, "UserData"));
}

static void hunter_read(struct draft *draft, const struct json_node *object)
{
	const struct json_node *id = json_tree_get(object, "EventID");

	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "Provider"));
	draft_set_number(draft, EVENT_ID,
			 id->kind == JSON_KIND_OBJECT ? json_tree_text(id, "Value") : id->text);
	draft_set_time(draft, json_tree_text(object, "EventTime"));
	draft_set_number(draft, EVENT_RECORD_ID, json_tree_text(object, "EventRecordID"));
	draft_set_text(draft, EVENT_CHANNEL, json_tree_text(object, "Channel"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "Computer"));
	draft_set_text(draft, EVENT_USER_SID, json_tree_text(object, "UserSID"));
	read_data(draft, object);
}

static const struct text_names hunter_names = {.host = "\"Computer\"",
					       .channel = "\"Channel\"",
					       .record_id = "\"EventRecordID\"",
					       .times = {"\"EventTime\""}};

const struct spelling spelling_evtx_hunter = {EVENT_FORMAT_VELOCIRAPTOR, "\"EventID\"", hunter_fits,
					      hunter_read, &hunter_names};

/* Windows.ETW.WMIEventing: event 11 as it was traced, live, on a host that a row does not name. */
static bool eventing_fits(const struct json_node *object)
{
	return json_tree_get(object, "EventTime") && json_tree_get(object, "EventId") &&
	       json_tree_get(object, "NamespaceName") && json_tree_get(object, "Operation") &&
	       json_tree_get(object, "ClientMachine");
}

static void eventing_read(struct draft *draft, const struct json_node *object)
{
	static const char *const names[] = {
		"CorrelationId", "GroupOperationId", "OperationId",
		"Operation",	 "ClientMachine",    "ClientMachineFQDN",
		"User",		 "NamespaceName",    "IsLocal"};
	const char *process = json_tree_text(object, "Process.Pid");

	draft_set_text(draft, EVENT_PROVIDER, "Microsoft-Windows-WMI-Activity");
	draft_set_text(draft, EVENT_CHANNEL, "Microsoft-Windows-WMI-Activity/Trace");
	draft_set_number(draft, EVENT_ID, json_tree_text(object, "EventId"));
	draft_set_time(draft, json_tree_text(object, "EventTime"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "Fqdn"));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = json_tree_text(object, names[i]);

		if (value)
			draft_add_field(draft, names[i], value);
	}
	if (process)
		draft_add_field(draft, "ClientProcessId", process);
}

const struct spelling spelling_wmi_eventing = {EVENT_FORMAT_VELOCIRAPTOR, NULL, eventing_fits,
					       eventing_read, NULL};
