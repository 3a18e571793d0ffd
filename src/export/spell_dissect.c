/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/xml_text.h"
#include "export/spelling.h"

/* dissect's target-query -j: one flat object. The element of UserData is part of names; of repeated
 * ones all but the first end in _NUMBER. */

#define GUID_LENGTH 38 /* in braces */

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

/* Length of the element's name and a line below, where names begin with it; 0: it is EventData. */
static size_t find_element(const char *name)
{
	const char *end = NULL;

	if (g_str_has_prefix(name, "Operation_"))
		end = strchr(name + 10, '_');
	else if (strstr(name, "_xmlns"))
		end = strstr(name, "_xmlns");
	return end ? (size_t)(end + 1 - name) : 0;
}

/* Data elements without a name. */
static bool is_unnamed(const char *name)
{
	return strcmp(name, "Data") == 0 || (g_str_has_prefix(name, "Data_") && name[5] &&
					     !name[5 + strspn(name + 5, "0123456789")]);
}

/* Of what was forwarded with rendered texts each ampersand begins an entity still. */
static const char *undo_entities(struct draft *draft, const char *text)
{
	const char *at = text;

	while ((at = strchr(at, '&'))) {
		size_t length = strcspn(++at, ";");

		if (length < 2 || length > 4 || !at[length])
			return text;
	}
	return xml_text_unescape(text, draft->arena);
}

/* It writes the bytes of a GUID in the order in which they are logged. */
static bool swaps_guids(const struct json_node *object)
{
	static const char *const swapped[] = {
		"{5F387057-2AC2-E043-BF4C-06F5698FFBD9}", /* Microsoft-Windows-Sysmon */
		"{25968454-7854-9449-A5BA-3E3B0328C30D}", /* Microsoft-Windows-Security-Auditing */
	};
	const char *guid = json_tree_text(object, "Provider_Guid");

	for (size_t i = 0; guid && i < G_N_ELEMENTS(swapped); i++)
		if (g_ascii_strcasecmp(swapped[i], guid) == 0)
			return true;
	return false;
}

static bool is_guid(const char *text)
{
	return strlen(text) == GUID_LENGTH && text[0] == '{' && text[9] == '-' && text[14] == '-' &&
	       text[19] == '-' && text[24] == '-' && text[GUID_LENGTH - 1] == '}';
}

static const char *swap_guid(struct draft *draft, const char *text)
{
	/* Where each byte of the first three groups stands. */
	static const unsigned char from[] = {7, 5, 3, 1, 12, 10, 17, 15};
	static const unsigned char to[] = {1, 3, 5, 7, 10, 12, 15, 17};
	char *copy = arena_copy(draft->arena, text, GUID_LENGTH);

	for (size_t i = 0; i < G_N_ELEMENTS(to); i++)
		memcpy(copy + to[i], text + from[i], 2);
	return copy;
}

/* Sysmon's truth values are numbers here. */
static const char *as_logged(struct draft *draft, const char *name, const char *value)
{
	static const char *const truths[] = {"Initiated", "SourceIsIpv6", "DestinationIsIpv6"};

	for (size_t i = 0; i < G_N_ELEMENTS(truths); i++)
		if (strcmp(name, truths[i]) == 0)
			return strcmp(value, "0") == 0	 ? "false"
			       : strcmp(value, "1") == 0 ? "true"
							 : value;
	return undo_entities(draft, value);
}

static void add_field(struct draft *draft, const struct json_node *member, const char *element,
		      size_t length)
{
	const char *name = member->name;

	if (strncmp(name, element, length) == 0)
		name += length;
	if (g_str_has_prefix(name, "xmlns") || !member->text)
		return;
	draft_add_field(draft, is_unnamed(name) ? "" : name, as_logged(draft, name, member->text));
}

static void add_fields(struct draft *draft, const struct json_node *object)
{
	GArray *fields = draft->event->fields;
	const char *element = "";
	size_t length = 0;

	for (const struct json_node *at = object->first; at && length == 0; at = at->next) {
		element = at->name;
		length = find_element(element);
	}
	if (length > 0)
		draft_set_text(draft, EVENT_DATA_TYPE,
			       arena_copy(draft->arena, element, length - 1));
	for (const struct json_node *at = object->first; at; at = at->next)
		if (!is_own(at->name))
			add_field(draft, at, element, length);
	for (guint i = 0; swaps_guids(object) && i < fields->len; i++) {
		struct event_field *field = &g_array_index(fields, struct event_field, i);

		if (is_guid(field->value))
			field->value = swap_guid(draft, field->value);
	}
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
	add_fields(draft, object);
}

static const struct text_names text_names = {.host = "\"Computer\"",
					     .channel = "\"Channel\"",
					     .record_id = "\"EventRecordID\"",
					     .times = {"\"ts\""}};

const struct spelling spelling_dissect = {EVENT_FORMAT_DISSECT, "\"EventID\"", fits, read_object,
					  &text_names};
