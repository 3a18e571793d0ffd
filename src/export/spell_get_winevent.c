/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/clixml.h"
#include "export/manifest.h"
#include "export/spelling.h"

/* PowerShell: Get-WinEvent through ConvertTo-Json, Export-Clixml, or Export-Csv, whose Properties
 * are a type's name. */

static bool fits(const struct json_node *object)
{
	return json_tree_get(object, "ProviderName") && json_tree_get(object, "Id") &&
	       (json_tree_get(object, "LogName") || json_tree_get(object, "Message")) &&
	       (json_tree_get(object, "TimeCreated") || json_tree_get(object, "RecordId"));
}

/* 0 for what is no list of values: deep inside, PowerShell writes names of types for them. */
static size_t count_values(const struct json_node *list)
{
	const struct json_node *node = list && list->kind == JSON_KIND_ARRAY ? list->first : NULL;
	size_t count = 0;

	for (; node; node = node->next, count++)
		if (!json_tree_get(node, "Value"))
			return 0;
	return count;
}

/* Numbers that the provider logs in hexadecimal are decimal here. */
static const char *value_of(struct draft *draft, const char *name, const struct json_node *node)
{
	/* An object of CliXml has a text, as SIDs are spelled. */
	if (node && node->kind == JSON_KIND_OBJECT)
		node = json_tree_get(node, WH_CLIXML_TEXT);
	if (!node || !node->text)
		return "";
	if (node->kind != JSON_KIND_NUMBER || !manifest_is_hex(draft->event->provider, name))
		return node->text;
	return draft_make_hex(draft, node->text);
}

/* Values in the order of the manifest; without names where that is not known, and then the
 * rendered text may name them. */
static void add_properties(struct draft *draft, const struct json_node *list)
{
	const struct event *event = draft->event;
	const struct manifest_event *manifest = manifest_find(event->provider, event->ref.event_id);
	const char *names[WH_MANIFEST_FIELDS];
	size_t count = count_values(list), known;

	if (count == 0 || (!manifest && draft->message && *draft->message))
		return;
	known = manifest ? manifest_list(manifest, count, draft->arena, names) : 0;
	if (manifest && known < count)
		return;
	if (manifest)
		draft_set_text(draft, EVENT_DATA_TYPE, manifest->element);
	list = list->first;
	for (size_t i = 0; i < count; i++, list = list->next) {
		const char *name = i < known ? names[i] : "";

		draft_add_field(draft, name, value_of(draft, name, json_tree_get(list, "Value")));
	}
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	const struct json_node *user = json_tree_get(object, "UserId");
	const struct json_node *time = json_tree_get(object, "TimeCreated");

	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "ProviderName"));
	draft_set_number(draft, EVENT_ID, json_tree_text(object, "Id"));
	draft_set_number(draft, EVENT_RECORD_ID, json_tree_text(object, "RecordId"));
	draft_set_text(draft, EVENT_CHANNEL, json_tree_text(object, "LogName"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "MachineName"));
	draft_set_text(draft, EVENT_USER_SID,
		       user && user->text ? user->text : json_tree_text(user, "Value"));
	draft_set_number(draft, EVENT_PROCESS_ID, json_tree_text(object, "ProcessId"));
	draft_set_time(draft, time && time->text ? time->text : json_tree_text(time, "value"));
	draft->message = json_tree_text(object, "Message");
	add_properties(draft, json_tree_get(object, "Properties"));
}

static const struct text_names text_names = {.host = "\"MachineName\"",
					     .channel = "\"LogName\"",
					     .record_id = "\"RecordId\"",
					     .times = {"\"TimeCreated\""}};

const struct spelling spelling_get_winevent = {EVENT_FORMAT_GET_WINEVENT, "\"Id\"", fits,
					       read_object, &text_names};
