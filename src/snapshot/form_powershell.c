/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "snapshot/snapshot_run.h"
#include "snapshot/snapshot_value.h"

/*
 * Objects as PowerShell writes them: with the system properties of Get-WmiObject, which say class,
 * namespace and host (Kansa's are these), or the properties alone (KAPE, Get-CimInstance).
 */

static bool object_fits(const struct json_node *row)
{
	return json_tree_get(row, "__CLASS") &&
	       (json_tree_get(row, "__NAMESPACE") || json_tree_get(row, "__RELPATH"));
}

static const char *get_host(const struct json_node *row)
{
	const char *host = snapshot_text(row, "__SERVER");

	return host ? host : snapshot_text(row, "PSComputerName");
}

/* What PowerShell adds, and .NET's members, are none of the object's. */
static void add_properties(struct snapshot_run *run, const struct json_node *row)
{
	for (row = row->first; row; row = row->next)
		if (snapshot_value_is_property(row->name) ||
		    (run->is_own_class && !g_str_has_prefix(row->name, "__") &&
		     !g_str_has_prefix(row->name, "PS")))
			snapshot_run_add(run, row->name, row);
}

void snapshot_run_give_wmi_object(struct snapshot_run *run, const struct json_node *row)
{
	const char *class_name = snapshot_text(row, "__CLASS");
	const char *superclass = snapshot_text(row, "__SUPERCLASS");

	if (!class_name)
		return;
	if (!object_class_ancestors(class_name) &&
	    !(superclass && object_class_ancestors(superclass)) &&
	    !g_str_has_suffix(class_name, "EventConsumer"))
		return;
	run->host = get_host(row);
	run->object_namespace = snapshot_text(row, "__NAMESPACE");
	run->is_own_class = !object_class_ancestors(class_name);
	run->superclass = run->is_own_class ? superclass : NULL;
	snapshot_run_begin(run, class_name);
	add_properties(run, row);
	snapshot_run_give(run);
	run->superclass = NULL;
	run->is_own_class = false;
}

const struct snapshot_form form_wmi_object = {
	.tool = "PowerShell",
	.fits = object_fits,
	.read = snapshot_run_give_wmi_object,
	.is_mixed = true,
	.tool_by_name = true,
};

static bool properties_fit(const struct json_node *row)
{
	return json_tree_get(row, "CreatorSID") && snapshot_class_of(row);
}

/* Rows have the columns of the first, whatever class they are of. */
static bool has_any_value(const struct json_node *row)
{
	for (row = row->first; row; row = row->next)
		if (strcmp(row->name, "CreatorSID") != 0 && strcmp(row->name, "Name") != 0 &&
		    snapshot_value_is_property(row->name) &&
		    (row->kind != JSON_KIND_TEXT || *row->text) && row->kind != JSON_KIND_NULL)
			return true;
	return false;
}

static void read_properties(struct snapshot_run *run, const struct json_node *row)
{
	run->host = snapshot_text(row, "PSComputerName");
	snapshot_run_begin(run, has_any_value(row) ? snapshot_class_of(row) : "__EventConsumer");
	add_properties(run, row);
	snapshot_run_give(run);
}

const struct snapshot_form form_properties = {
	.tool = "PowerShell",
	.lacks = "class, namespace",
	.fits = properties_fit,
	.read = read_properties,
	.is_mixed = true,
	.tool_by_name = true,
};
