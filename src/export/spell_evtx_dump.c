/* SPDX-License-Identifier: Apache-2.0 */
#include "export/spelling.h"

/*
 * evtx_dump, with and without --separate-json-attributes; what chainsaw dumps, and the documents of
 * its hunts; the regression data of SigmaHQ; event XML that was made JSON, with attributes as
 * "@Name", as python-evtx's evtx_dump_json does.
 */

static const struct json_node *find_event(const struct json_node *object)
{
	const struct json_node *document = json_tree_find(object, "document.data");

	if (!document)
		document = json_tree_get(object, "data");
	return json_tree_get(document ? document : object, "Event");
}

/* An attribute of an element of System. */
static const char *get_attribute(const struct json_node *system, const char *element,
				 const char *attribute)
{
	const struct json_node *node = json_tree_get(system, element), *attributes;
	g_autofree char *beside = g_strconcat(element, "_attributes", NULL);
	g_autofree char *marked = g_strconcat("@", attribute, NULL);

	attributes = json_tree_get(node, "#attributes");
	if (!attributes)
		attributes = json_tree_get(system, beside);
	if (!attributes && json_tree_get(node, marked))
		return json_tree_text(node, marked);
	return json_tree_text(attributes ? attributes : node, attribute);
}

/* The text of an element: with attributes it stands inside of it. */
static const char *get_text(const struct json_node *system, const char *element)
{
	const struct json_node *node = json_tree_get(system, element);
	const struct json_node *inside = json_tree_get(node, "#text");

	if (!inside)
		inside = json_tree_get(node, "Value");
	return inside ? inside->text : node ? node->text : NULL;
}

bool spelling_read_time(const char *const *texts, struct export_time *out)
{
	return export_time_read_epoch(texts[0], out) || export_time_read(texts[0], out);
}

static void set_time(struct draft *draft, const char *text)
{
	struct export_time time;

	if (text && spelling_read_time(&text, &time))
		draft_set_export_time(draft, &time);
}

void spelling_read_system(struct draft *draft, const struct json_node *system)
{
	draft_set_text(draft, EVENT_PROVIDER, get_attribute(system, "Provider", "Name"));
	draft_set_number(draft, EVENT_ID, get_text(system, "EventID"));
	set_time(draft, get_attribute(system, "TimeCreated", "SystemTime"));
	draft_set_number(draft, EVENT_RECORD_ID, get_text(system, "EventRecordID"));
	draft_set_text(draft, EVENT_CHANNEL, get_text(system, "Channel"));
	draft_set_text(draft, EVENT_HOST, get_text(system, "Computer"));
	draft_set_number(draft, EVENT_PROCESS_ID, get_attribute(system, "Execution", "ProcessID"));
	draft_set_text(draft, EVENT_USER_SID, get_attribute(system, "Security", "UserID"));
}

static bool fits(const struct json_node *object)
{
	return json_tree_get(find_event(object), "System") != NULL;
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	const struct json_node *event = find_event(object), *data;

	spelling_read_system(draft, json_tree_get(event, "System"));
	draft_set_text(draft, EVENT_DATA_TYPE, json_tree_text(event, "EventData_attributes.Name"));
	data = json_tree_get(event, "EventData");
	/* An element that holds nothing but text. */
	if (data && data->text)
		draft_add_field(draft, "", data->text);
	draft_add_event_data(draft, data);
	draft_add_user_data(draft, json_tree_get(event, "UserData"));
	draft_restore_python(
		draft, get_attribute(json_tree_get(event, "System"), "TimeCreated", "SystemTime"));
}

static const struct text_names text_names = {.host = "\"Computer\"",
					     .channel = "\"Channel\"",
					     .record_id = "\"EventRecordID\"",
					     .times = {"\"SystemTime\""}};

const struct spelling spelling_evtx_dump = {EVENT_FORMAT_EVTX_DUMP, "\"EventID\"", fits,
					    read_object, &text_names};
