/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "snapshot/snapshot_run.h"

/*
 * Velociraptor's Windows.Persistence.PermanentWMIEvents and
 * Windows.Analysis.SuspiciousWMIConsumers: a row is a binding, with the properties of its filter
 * and its consumer, but not its own. The artifact looks through all bindings once for each
 * namespace, so a binding that names full paths comes with each.
 */

static bool fits(const struct json_node *row)
{
	return json_tree_get(row, "ConsumerDetails") && json_tree_get(row, "FilterDetails");
}

/* In CSV it is JSON as text. */
static const struct json_node *get_details(const struct snapshot_run *run,
					   const struct json_node *row, const char *name)
{
	const struct json_node *node = json_tree_get(row, name);

	return node->kind == JSON_KIND_TEXT ? json_tree_parse(node->text, run->draft.arena) : node;
}

static const char *give(struct snapshot_run *run, const struct json_node *object,
			const char *otherwise)
{
	const char *class_name = snapshot_class_of(object), *name = snapshot_text(object, "Name");

	if (object->kind != JSON_KIND_OBJECT || !object->first)
		return NULL;
	class_name = class_name ? class_name : otherwise;
	snapshot_run_begin(run, class_name);
	for (object = object->first; object; object = object->next)
		snapshot_run_add(run, object->name, object);
	snapshot_run_give(run);
	return object_path_make(class_name, "Name", name ? name : "", run->draft.arena);
}

/* The path of the object, of the last where several have one name. */
static const char *give_details(struct snapshot_run *run, const struct json_node *details,
				const char *otherwise)
{
	const char *path = NULL;

	if (!details)
		return NULL;
	if (details->kind != JSON_KIND_ARRAY)
		return give(run, details, otherwise);
	for (details = details->first; details; details = details->next)
		path = give(run, details, otherwise);
	return path;
}

static void read_row(struct snapshot_run *run, const struct json_node *row)
{
	const char *filter, *consumer;

	run->host = snapshot_text(row, "Fqdn");
	run->object_namespace = snapshot_text(row, "Namespace");
	run->is_namespace_doubtful = true;
	filter = give_details(run, get_details(run, row, "FilterDetails"), "__EventFilter");
	consumer = give_details(run, get_details(run, row, "ConsumerDetails"), "__EventConsumer");
	snapshot_run_give_binding(run, filter, consumer);
}

const struct snapshot_form form_velociraptor = {
	.tool = "Velociraptor",
	.lacks = "the binding's own properties, what is not bound",
	.fits = fits,
	.read = read_row,
};
