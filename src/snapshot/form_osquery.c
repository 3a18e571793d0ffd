/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/export_time.h"
#include "snapshot/snapshot_run.h"

/*
 * osquery: rows of wmi_event_filters, wmi_cli_event_consumers, wmi_script_event_consumers,
 * wmi_filter_consumer_binding, or of a query that joins them, told by their columns: a query has
 * the name that an analyst gave it. The log has rows that came and that went, or all of them.
 */

#define LACKS "CreatorSID, EventNamespace, consumers of other classes"

static const struct {
	const char *column;
	const char *property;
	const char *class_name;
} columns[] = {
	{"command_line_template", "CommandLineTemplate", "CommandLineEventConsumer"},
	{"executable_path", "ExecutablePath", "CommandLineEventConsumer"},
	{"script_text", "ScriptText", "ActiveScriptEventConsumer"},
	{"script_file_name", "ScriptFileName", "ActiveScriptEventConsumer"},
	{"scripting_engine", "ScriptingEngine", "ActiveScriptEventConsumer"},
	{"query", "Query", "__EventFilter"},
	{"query_language", "QueryLanguage", "__EventFilter"},
};

static bool has_columns(const struct json_node *row, const char *class_name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		if (strcmp(columns[i].class_name, class_name) == 0 &&
		    json_tree_get(row, columns[i].column))
			return true;
	return false;
}

static bool is_binding(const struct json_node *row)
{
	return json_tree_get(row, "filter") && json_tree_get(row, "consumer");
}

static bool fits(const struct json_node *row)
{
	bool is_named = json_tree_get(row, "relative_path") || json_tree_get(row, "__relpath") ||
			json_tree_get(row, "class") || json_tree_get(row, "__class");
	bool is_script = has_columns(row, "ActiveScriptEventConsumer");
	bool is_cli = json_tree_get(row, "command_line_template") != NULL;

	if (is_binding(row))
		return is_named || is_cli || is_script || json_tree_get(row, "query");
	return is_cli || (is_script && (is_named || json_tree_get(row, "script_text"))) ||
	       (json_tree_get(row, "query_language") && json_tree_get(row, "query") && is_named);
}

static void give(struct snapshot_run *run, const struct json_node *row, const char *class_name,
		 const char *name)
{
	const char *own = snapshot_text(row, "class");

	own = own ? own : snapshot_text(row, "__class");
	snapshot_run_begin(run, own && !is_binding(row) ? own : class_name);
	snapshot_run_add_text(run, "Name", name);
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		if (strcmp(columns[i].class_name, class_name) == 0)
			snapshot_run_add(run, columns[i].property,
					 json_tree_get(row, columns[i].column));
	snapshot_run_give(run);
}

/* The name in a path, or the row's. */
static const char *get_name(struct snapshot_run *run, const struct json_node *row,
			    const char *column)
{
	const char *path = is_binding(row) ? snapshot_text(row, column) : NULL;
	const char *name = path ? object_path_get_name(path, run->draft.arena) : NULL;

	return name ? name : snapshot_text(row, "name");
}

static void give_row(struct snapshot_run *run, const struct json_node *row)
{
	static const char *const consumers[] = {"CommandLineEventConsumer",
						"ActiveScriptEventConsumer"};

	if (!run->object_namespace)
		run->object_namespace = snapshot_text(row, "namespace");
	/* The namespace came late; before, only one was looked at. */
	if (!run->object_namespace)
		run->object_namespace = "root\\subscription";
	if (has_columns(row, "__EventFilter"))
		give(run, row, "__EventFilter", get_name(run, row, "filter"));
	for (size_t i = 0; i < G_N_ELEMENTS(consumers); i++)
		if (has_columns(row, consumers[i]))
			give(run, row, consumers[i], get_name(run, row, "consumer"));
	snapshot_run_give_binding(run, snapshot_text(row, "filter"),
				  snapshot_text(row, "consumer"));
	run->object_namespace = NULL;
}

const struct snapshot_form form_osquery = {
	.tool = "osquery",
	.lacks = LACKS,
	.fits = fits,
	.read = give_row,
	.is_mixed = true,
};

/* Where the result of a query stands in a line. */
static bool log_fits(const struct json_node *row)
{
	return (json_tree_get(row, "columns") || json_tree_get(row, "snapshot") ||
		json_tree_get(row, "diffResults")) &&
	       json_tree_get(row, "name") &&
	       (json_tree_get(row, "hostIdentifier") || json_tree_get(row, "hostname") ||
		json_tree_get(row, "unixTime") || json_tree_get(row, "calendarTime"));
}

static void give_rows(struct snapshot_run *run, const struct json_node *list,
		      enum object_state state)
{
	if (!list || list->kind != JSON_KIND_ARRAY)
		return;
	run->state = state;
	for (list = list->first; list; list = list->next)
		if (list->kind == JSON_KIND_OBJECT && fits(list))
			give_row(run, list);
}

static void read_log(struct snapshot_run *run, const struct json_node *row)
{
	const struct json_node *columns_of = json_tree_get(row, "columns");
	const struct json_node *decorations = json_tree_get(row, "decorations");
	const char *unix_time = snapshot_text(row, "unixTime");
	const char *action = snapshot_text(row, "action");
	struct export_time time;

	/* The identifier may be the host's UUID. */
	run->host = decorations ? snapshot_text(decorations, "hostname") : NULL;
	if (!run->host && decorations)
		run->host = snapshot_text(decorations, "computer_name");
	if (!run->host)
		run->host = snapshot_text(row, "hostIdentifier");
	if (!run->host)
		run->host = snapshot_text(row, "hostname");
	if (unix_time && export_time_read_epoch(unix_time, &time)) {
		run->has_collected = true;
		run->collected = time.ticks;
	}
	if (columns_of && columns_of->kind == JSON_KIND_OBJECT && fits(columns_of)) {
		run->state = g_strcmp0(action, "removed") == 0 ? OBJECT_DELETED : OBJECT_LIVE;
		give_row(run, columns_of);
	}
	give_rows(run, json_tree_get(row, "snapshot"), OBJECT_LIVE);
	give_rows(run, json_tree_find(row, "diffResults.added"), OBJECT_LIVE);
	give_rows(run, json_tree_find(row, "diffResults.removed"), OBJECT_DELETED);
}

const struct snapshot_form form_osquery_log = {
	.tool = "osquery",
	.lacks = LACKS,
	.fits = log_fits,
	.read = read_log,
	.is_mixed = true,
};

/* Elastic keeps columns under osquery, in objects or in names with dots. */
static bool elastic_fits(const struct json_node *row)
{
	const struct json_node *inner = json_tree_get(row, "_source");

	row = inner ? inner : row;
	inner = json_tree_get(row, "osquery");
	if (inner && inner->kind == JSON_KIND_OBJECT)
		return true;
	for (row = row->first; row; row = row->next)
		if (row->name && g_str_has_prefix(row->name, "osquery."))
			return true;
	return false;
}

static void elastic_read(struct snapshot_run *run, const struct json_node *row)
{
	const struct json_node *inner = json_tree_get(row, "_source"), *result;
	struct export_time time;
	const char *text;

	row = json_tree_unfold(inner && inner->kind == JSON_KIND_OBJECT ? inner : row,
			       run->draft.arena);
	result = json_tree_get(row, "osquery");
	if (!result || result->kind != JSON_KIND_OBJECT || !fits(result))
		return;
	run->host = json_tree_text(row, "host.name");
	text = json_tree_text(row, "@timestamp");
	if (text && export_time_read(text, &time)) {
		run->has_collected = true;
		run->collected = time.ticks;
	}
	give_row(run, result);
}

const struct snapshot_form form_elastic_osquery = {
	.tool = "osquery",
	.lacks = LACKS,
	.fits = elastic_fits,
	.read = elastic_read,
	.is_mixed = true,
};
