/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/spelling.h"

/* dissect's target-query -j: one flat object, elements of UserData are part of names. */

static bool fits(const struct json_node *object)
{
	return json_tree_get(object, "Provider_Name") && json_tree_get(object, "EventID") &&
	       json_tree_get(object, "Channel");
}

static bool is_own(const char *name)
{
	static const char *const own[] = {"ts",
					  "hostname",
					  "domain",
					  "Provider_Name",
					  "Provider_Guid",
					  "EventID",
					  "EventID_Qualifiers",
					  "Version",
					  "Level",
					  "Task",
					  "Opcode",
					  "Keywords",
					  "TimeCreated_SystemTime",
					  "EventRecordID",
					  "Channel",
					  "Computer",
					  "Security_UserID",
					  "Correlation_ActivityID",
					  "Correlation_RelatedActivityID",
					  "Execution_ProcessID",
					  "Execution_ThreadID",
					  "source",
					  "xmlns"};

	if (name[0] == '_')
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
		if (strcmp(name, own[i]) == 0)
			return true;
	return false;
}

static void add_field(struct draft *draft, const struct json_node *member)
{
	const char *name = member->name, *end;

	if (g_str_has_prefix(name, "Operation_") && (end = strchr(name + 10, '_'))) {
		draft_set_text(draft, EVENT_DATA_TYPE,
			       arena_copy(draft->arena, name, (size_t)(end - name)));
		name = end + 1;
	}
	if (!g_str_has_prefix(name, "xmlns"))
		draft_add_field(draft, name, member->text);
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "Provider_Name"));
	draft_set_number(draft, EVENT_ID, json_tree_text(object, "EventID"));
	draft_set_number(draft, EVENT_RECORD_ID, json_tree_text(object, "EventRecordID"));
	draft_set_text(draft, EVENT_CHANNEL, json_tree_text(object, "Channel"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "Computer"));
	draft_set_text(draft, EVENT_USER_SID, json_tree_text(object, "Security_UserID"));
	draft_set_number(draft, EVENT_PROCESS_ID, json_tree_text(object, "Execution_ProcessID"));
	draft_set_time(draft, json_tree_text(object, "ts"));
	for (const struct json_node *member = object->first; member; member = member->next)
		if (!is_own(member->name) && member->kind != JSON_KIND_NULL)
			add_field(draft, member);
}

const struct spelling spelling_dissect = {EVENT_FORMAT_DISSECT, "\"EventID\"", fits, read_object};
