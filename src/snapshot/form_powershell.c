/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/clixml.h"
#include "snapshot/snapshot_cim.h"
#include "snapshot/snapshot_run.h"
#include "snapshot/snapshot_value.h"

/*
 * Objects as PowerShell writes them: with the system properties of Get-WmiObject, which say class,
 * namespace and host (Kansa's are these), with what Get-CimInstance adds, or the properties alone
 * (KAPE).
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

/* Members of .NET's classes, and what PowerShell adds. */
static bool is_own_property(const char *name)
{
	static const char *const members[] = {
		"Scope",      "Path", "Options",   "ClassPath", "Properties", "SystemProperties",
		"Qualifiers", "Site", "Container", NULL};

	return !g_strv_contains(members, name) && !g_str_has_prefix(name, "__") &&
	       !snapshot_value_is_added(name);
}

static void add_properties(struct snapshot_run *run, const struct json_node *row)
{
	for (row = row->first; row; row = row->next)
		if (snapshot_value_is_property(row->name) ||
		    (run->is_own_class && is_own_property(row->name)))
			snapshot_run_add(run, row->name, row);
}

static bool is_of_subscription(const char *class_name, const char *superclass)
{
	return class_name && (object_class_ancestors(class_name) ||
			      (superclass && object_class_ancestors(superclass)) ||
			      g_str_has_suffix(class_name, "EventConsumer"));
}

static void give_object(struct snapshot_run *run, const struct json_node *row,
			const char *class_name, const char *superclass)
{
	run->is_own_class = !object_class_ancestors(class_name);
	run->superclass = run->is_own_class ? superclass : NULL;
	snapshot_run_begin(run, class_name);
	add_properties(run, row);
	snapshot_run_give(run);
	run->superclass = NULL;
	run->is_own_class = false;
}

void snapshot_run_give_wmi_object(struct snapshot_run *run, const struct json_node *row)
{
	const char *class_name = snapshot_text(row, "__CLASS");
	const char *superclass = snapshot_text(row, "__SUPERCLASS");

	if (!is_of_subscription(class_name, superclass))
		return;
	run->host = get_host(row);
	run->object_namespace = snapshot_text(row, "__NAMESPACE");
	give_object(run, row, class_name, superclass);
}

const struct snapshot_form form_wmi_object = {
	.tool = "PowerShell",
	.fits = object_fits,
	.read = snapshot_run_give_wmi_object,
	.is_mixed = true,
	.tool_by_name = true,
};

/* Get-CimInstance. Any other class has these members, too, but no creator. */
static bool cim_fits(const struct json_node *row)
{
	return (json_tree_get(row, "CimClass") || json_tree_get(row, "CimSystemProperties") ||
		json_tree_get(row, WH_CLIXML_TYPES)) &&
	       (json_tree_get(row, "CreatorSID") || json_tree_get(row, "TimerId"));
}

/* The name of a machine; "localhost" is whichever was asked. */
static const char *get_machine(const char *name)
{
	bool is_name = name && *name && strcmp(name, ".") != 0 &&
		       g_ascii_strcasecmp(name, "localhost") != 0;

	return is_name ? name : NULL;
}

static void read_cim(struct snapshot_run *run, const struct json_node *row)
{
	struct cim_class_name class;

	if (!snapshot_cim_read(row, run->draft.arena, &class))
		class.class_name = snapshot_class_of(row);
	if (!is_of_subscription(class.class_name, class.superclass))
		return;
	run->host = get_machine(class.server);
	if (!run->host)
		run->host = get_machine(snapshot_text(row, "PSComputerName"));
	run->object_namespace = class.object_namespace;
	give_object(run, row, class.class_name, class.superclass);
}

const struct snapshot_form form_cim = {
	.tool = "PowerShell",
	.fits = cim_fits,
	.read = read_cim,
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
