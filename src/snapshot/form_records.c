/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/export_time.h"
#include "snapshot/snapshot_run.h"
#include "snapshot/snapshot_value.h"

/* What tools that read repositories, or ask WMI, write of a filter and its consumer together. */

/* A consumer that a record says nothing of but what it runs is named by its filter, as another's
 * name is not known. */
static const char *name_by_filter(struct snapshot_run *run, const char *filter)
{
	g_autofree char *name = g_strdup_printf("(consumer of %s)", filter ? filter : "?");
	struct cim_value value = {.kind = CIM_TEXT, .is_default = true};

	value.text = arena_copy(run->draft.arena, name, strlen(name));
	object_draft_add(&run->draft, "Name", &value);
	return value.text;
}

static void give_filter(struct snapshot_run *run, const struct json_node *row, const char *name,
			const char *query, const char *language, const char *sid)
{
	snapshot_run_begin(run, "__EventFilter");
	snapshot_run_add_text(run, "Name", name);
	snapshot_run_add(run, "Query", json_tree_get(row, query));
	if (language)
		snapshot_run_add(run, "QueryLanguage", json_tree_get(row, language));
	if (sid)
		snapshot_run_add(run, "CreatorSID", json_tree_get(row, sid));
	snapshot_run_give(run);
}

/* dissect.target's cim.consumerbindings. */
static bool dissect_fits(const struct json_node *row)
{
	return json_tree_get(row, "filter_query") && json_tree_get(row, "filter_name") &&
	       json_tree_get(row, "creator_sid") &&
	       (json_tree_get(row, "command_line_template") || json_tree_get(row, "script_text"));
}

static void read_dissect(struct snapshot_run *run, const struct json_node *row)
{
	static const struct {
		const char *member;
		const char *property;
	} members[] = {
		{"creator_sid", "CreatorSID"},
		{"machine_name", "MachineName"},
		{"command_line_template", "CommandLineTemplate"},
		{"executable_path", "ExecutablePath"},
		{"working_directory", "WorkingDirectory"},
		{"script_text", "ScriptText"},
		{"script_file_name", "ScriptFileName"},
		{"scripting_engine", "ScriptingEngine"},
	};
	bool is_script = json_tree_get(row, "script_text") != NULL;
	const char *class_name =
		is_script ? "ActiveScriptEventConsumer" : "CommandLineEventConsumer";
	const char *filter = snapshot_text(row, "filter_name"), *name = snapshot_text(row, "name");

	run->host = snapshot_text(row, "hostname");
	give_filter(run, row, filter, "filter_query", "filter_query_language",
		    "filter_creator_sid");
	snapshot_run_begin(run, class_name);
	if (name)
		snapshot_run_add_text(run, "Name", name);
	else
		name = name_by_filter(run, filter);
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		snapshot_run_add(run, members[i].property, json_tree_get(row, members[i].member));
	snapshot_run_give(run);
	if (filter)
		snapshot_run_give_binding(
			run, object_path_make("__EventFilter", "Name", filter, run->draft.arena),
			object_path_make(class_name, "Name", name, run->draft.arena));
}

const struct snapshot_form form_dissect = {
	.tool = "dissect",
	.lacks = "namespace, EventNamespace, the name of a CommandLineEventConsumer",
	.fits = dissect_fits,
	.read = read_dissect,
	.is_mixed = true,
};

/*
 * artemis's wmipersist. JSON has what it says of the collection beside, older versions around it.
 * All quotes are taken out of paths and queries.
 */
static const struct json_node *get_artemis(const struct json_node *row)
{
	const struct json_node *inner = json_tree_get(row, "data");

	if (inner && inner->kind == JSON_KIND_ARRAY)
		inner = inner->first;
	return inner && inner->kind == JSON_KIND_OBJECT ? inner : row;
}

static bool artemis_fits(const struct json_node *row)
{
	row = get_artemis(row);
	return json_tree_get(row, "class") && json_tree_get(row, "values") &&
	       json_tree_get(row, "query") && json_tree_get(row, "consumer_name");
}

/* A path, as it stands there, or of a name. */
static const char *get_path(struct snapshot_run *run, const char *class_name, const char *text)
{
	if (text && strchr(text, '='))
		return snapshot_run_mend_path(run, text);
	return text ? object_path_make(class_name, "Name", text, run->draft.arena) : NULL;
}

/* The machine that it ran on is the one whose repository it read where that stands in the place
 * that Windows keeps it in. */
static void read_collection(struct snapshot_run *run, const struct json_node *row,
			    const struct json_node *object)
{
	const struct json_node *about = json_tree_get(row, "collection_metadata");
	const char *folder = snapshot_text(object, "evidence"), *time;
	struct export_time read;

	about = about ? about : json_tree_get(row, "metadata");
	if (!about || !folder || !g_ascii_isalpha(folder[0]) || folder[1] != ':' ||
	    g_ascii_strncasecmp(folder + 2, "\\Windows\\System32\\", 18) != 0)
		return;
	run->host = snapshot_text(about, "hostname");
	time = snapshot_text(about, "start_time");
	if (time && export_time_read(time, &read)) {
		run->has_collected = true;
		run->collected = read.ticks;
	}
}

static void give_artemis(struct snapshot_run *run, const struct json_node *row,
			 const struct json_node *object)
{
	const struct json_node *values = json_tree_get(object, "values");
	const char *class_name = snapshot_text(object, "class");
	const char *filter = get_path(run, "__EventFilter", snapshot_text(object, "filter"));
	const char *consumer = snapshot_text(object, "consumer_name");

	/* In CSV it is JSON as text. */
	if (values && values->kind == JSON_KIND_TEXT)
		values = json_tree_parse(values->text, run->draft.arena);
	if (!class_name || !values || values->kind != JSON_KIND_OBJECT)
		return;
	read_collection(run, row, object);
	if (filter)
		give_filter(run, object, object_path_get_name(filter, run->draft.arena), "query",
			    NULL, NULL);
	snapshot_run_begin(run, class_name);
	for (values = values->first; values; values = values->next)
		snapshot_run_add(run, values->name, values);
	if (consumer && !object_draft_has(&run->draft, "Name"))
		snapshot_run_add_text(run, "Name", consumer);
	snapshot_run_add(run, "CreatorSID", json_tree_get(object, "sid"));
	snapshot_run_give(run);
	snapshot_run_give_binding(run, filter, get_path(run, class_name, consumer));
}

static void read_artemis(struct snapshot_run *run, const struct json_node *row)
{
	const struct json_node *object = get_artemis(row);

	if (object == row) {
		give_artemis(run, row, object);
		return;
	}
	for (; object && object->kind == JSON_KIND_OBJECT; object = object->next)
		give_artemis(run, row, object);
}

const struct snapshot_form form_artemis = {
	.tool = "artemis",
	.lacks = "namespace, quotes in names and queries",
	.fits = artemis_fits,
	.read = read_artemis,
	.is_mixed = true,
};

/* CimSweep's Get-CSWmiPersistence. */
static bool cimsweep_fits(const struct json_node *row)
{
	return json_tree_get(row, "ConsumerClass") && json_tree_get(row, "Filter") &&
	       json_tree_get(row, "Consumer") && json_tree_get(row, "FilterToConsumerBinding");
}

static void add_members(struct snapshot_run *run, const struct json_node *object)
{
	for (object = object->first; object; object = object->next)
		if (object->name && !snapshot_value_is_added(object->name))
			snapshot_run_add(run, object->name, object);
}

static const char *give_object(struct snapshot_run *run, const struct json_node *object,
			       const char *class_name)
{
	const char *name = object ? snapshot_text(object, "Name") : NULL;

	if (!object || object->kind != JSON_KIND_OBJECT || !class_name)
		return NULL;
	snapshot_run_begin(run, class_name);
	add_members(run, object);
	snapshot_run_give(run);
	return name ? object_path_make(class_name, "Name", name, run->draft.arena) : NULL;
}

static void read_cimsweep(struct snapshot_run *run, const struct json_node *row)
{
	const char *filter, *consumer;

	run->host = snapshot_text(row, "PSComputerName");
	run->object_namespace = snapshot_text(row, "Namespace");
	filter = give_object(run, json_tree_get(row, "Filter"), "__EventFilter");
	consumer = give_object(run, json_tree_get(row, "Consumer"),
			       snapshot_text(row, "ConsumerClass"));
	if (!filter || !consumer)
		return;
	snapshot_run_begin(run, "__FilterToConsumerBinding");
	object_draft_add_text(&run->draft, "Consumer", consumer);
	object_draft_add_text(&run->draft, "Filter", filter);
	add_members(run, json_tree_get(row, "FilterToConsumerBinding"));
	snapshot_run_give(run);
}

const struct snapshot_form form_cimsweep = {
	.tool = "CimSweep",
	.lacks = "bindings across namespaces",
	.fits = cimsweep_fits,
	.read = read_cimsweep,
};
