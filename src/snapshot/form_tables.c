/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "snapshot/snapshot_run.h"
#include "wmi/names.h"

/* Tables of persistence in which subscriptions are some of the rows, and what carves them. */

/* autorunsc, and Velociraptor's Windows.Sysinternals.Autoruns, which has its columns. */
static bool autoruns_fits(const struct json_node *row)
{
	return json_tree_get(row, "Entry Location") && json_tree_get(row, "Launch String") &&
	       json_tree_get(row, "Entry");
}

static void read_autoruns(struct snapshot_run *run, const struct json_node *row)
{
	const char *location = snapshot_text(row, "Entry Location");
	const char *category = snapshot_text(row, "Category");

	snapshot_run_give_autorun(run, location, category, snapshot_text(row, "Entry"),
				  snapshot_text(row, "Launch String"),
				  snapshot_text(row, "Image Path"),
				  snapshot_text(row, "Description"));
}

void snapshot_run_give_autorun(struct snapshot_run *run, const char *location, const char *category,
			       const char *entry, const char *launch, const char *image,
			       const char *description)
{
	bool is_wmi = g_strcmp0(category, "WMI") == 0 ||
		      (location && g_str_has_prefix(location, "WMI Database Entries"));

	/* Before the rows of a section one has its name only. */
	if (!is_wmi || !entry)
		return;
	snapshot_run_begin(run, "__EventConsumer");
	snapshot_run_add_text(run, "Name", entry);
	snapshot_run_add_text(run, "LaunchString", launch);
	snapshot_run_add_text(run, "ImagePath", image);
	snapshot_run_add_text(run, "Description", description);
	snapshot_run_give(run);
}

const struct snapshot_form form_autoruns = {
	.tool = "Autoruns",
	.lacks = WH_AUTORUNS_LACK,
	.fits = autoruns_fits,
	.read = read_autoruns,
	.is_mixed = true,
};

static bool sniper_fits(const struct json_node *row)
{
	return json_tree_get(row, "Technique") && json_tree_get(row, "Access Gained") &&
	       json_tree_get(row, "Path") && json_tree_get(row, "Value");
}

/* The value of "LABEL: value / LABEL: value"; NULL where that label is not there. */
static const char *get_labelled(const struct snapshot_run *run, const char *text, const char *label,
				const char *next)
{
	g_autofree char *begin = g_strdup_printf("%s: ", label);
	g_autofree char *end = next ? g_strdup_printf(" / %s: ", next) : NULL;
	const char *at = strstr(text, begin), *until;

	if (!at)
		return NULL;
	at += strlen(begin);
	until = end ? strstr(at, end) : NULL;
	return arena_copy(run->draft.arena, at, until ? (size_t)(until - at) : strlen(at));
}

static void read_sniper(struct snapshot_run *run, const struct json_node *row)
{
	static const struct {
		const char *label;
		const char *next;
	} labels[] = {
		{"CommandLineTemplate", "ExecutablePath"},
		{"ExecutablePath", NULL},
		{"ScriptingEngine", "ScriptFileName"},
		{"ScriptFileName", "ScriptText"},
		{"ScriptText", NULL},
	};
	const char *path = snapshot_text(row, "Path"), *value = snapshot_text(row, "Value");
	struct object_path parsed;
	bool is_script;

	if (g_strcmp0(snapshot_text(row, "Technique"), "WMI Event Subscription") != 0 || !path ||
	    !object_path_parse(path, &parsed))
		return;
	run->host = snapshot_text(row, "Hostname");
	run->object_namespace = arena_copy(run->draft.arena, path,
					   strcspn(path, ":") * (strchr(path, ':') != NULL));
	snapshot_run_begin(
		run, arena_copy(run->draft.arena, parsed.class_name, strlen(parsed.class_name)));
	snapshot_run_add_text(run, "Name", object_path_get_name(path, run->draft.arena));
	is_script = g_strcmp0(parsed.class_name, "ActiveScriptEventConsumer") == 0;
	object_path_release(&parsed);
	for (size_t i = is_script ? 2 : 0; value && i < (is_script ? 5 : 2); i++)
		snapshot_run_add_text(run, labels[i].label,
				      get_labelled(run, value, labels[i].label, labels[i].next));
	snapshot_run_give(run);
}

const struct snapshot_form form_persistence_sniper = {
	.tool = "PersistenceSniper",
	.lacks = "filter, binding, CreatorSID",
	.fits = sniper_fits,
	.read = read_sniper,
	.is_mixed = true,
};

/* WMI-Parser carves bindings out of OBJECTS.DATA: what was deleted may be among them. */
static bool parser_fits(const struct json_node *row)
{
	return json_tree_get(row, "Filter Name") && json_tree_get(row, "Filter Query") &&
	       json_tree_get(row, "Arguments") && json_tree_get(row, "Type");
}

/* It calls a binding by the names of both. */
static const char *get_consumer_name(const struct snapshot_run *run, const char *name,
				     const char *filter)
{
	g_autofree char *end = g_strdup_printf("-%s", filter ? filter : "");

	if (name && filter && g_str_has_suffix(name, end))
		return arena_copy(run->draft.arena, name, strlen(name) - strlen(end));
	return name;
}

void snapshot_run_give_carved(struct snapshot_run *run, const struct carved_binding *binding)
{
	const char *consumer = get_consumer_name(run, binding->name, binding->filter);
	const char *type = binding->type ? binding->type : "__EventConsumer";

	run->state = OBJECT_UNKNOWN;
	if (binding->filter) {
		snapshot_run_begin(run, "__EventFilter");
		snapshot_run_add_text(run, "Name", binding->filter);
		snapshot_run_add_text(run, "Query", binding->query);
		snapshot_run_give(run);
	}
	if (!consumer)
		return;
	snapshot_run_begin(run, type);
	snapshot_run_add_text(run, "Name", consumer);
	snapshot_run_add_text(run,
			      strcmp(type, "CommandLineEventConsumer") == 0 ? "CommandLineTemplate"
									    : "Arguments",
			      binding->arguments);
	snapshot_run_add_text(run, "Other", binding->other);
	snapshot_run_add_text(run, "ScriptingEngine", binding->engine);
	snapshot_run_add_text(run, "ScriptText", binding->script);
	if (binding->script)
		run->draft.object.partial = true;
	snapshot_run_give(run);
	if (binding->filter)
		snapshot_run_give_binding(
			run,
			object_path_make("__EventFilter", "Name", binding->filter,
					 run->draft.arena),
			object_path_make(type, "Name", consumer, run->draft.arena));
}

static void read_parser(struct snapshot_run *run, const struct json_node *row)
{
	const struct carved_binding binding = {
		.name = snapshot_text(row, "Name"),
		.type = snapshot_text(row, "Type"),
		.arguments = snapshot_text(row, "Arguments"),
		.filter = snapshot_text(row, "Filter Name"),
		.query = snapshot_text(row, "Filter Query"),
	};

	snapshot_run_give_carved(run, &binding);
}

const struct snapshot_form form_wmi_parser = {
	.tool = "WMI-Parser",
	.lacks = WH_CARVERS_LACK,
	.fits = parser_fits,
	.read = read_parser,
};
