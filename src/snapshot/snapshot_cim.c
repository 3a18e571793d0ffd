/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/snapshot_cim.h"

#include <string.h>

#include "export/clixml.h"
#include "snapshot/object_draft.h"
#include "snapshot/snapshot_run.h"

static const char *own_text(const struct json_node *node, const char *name)
{
	const struct json_node *member = json_tree_get(node, name);

	return member && member->kind == JSON_KIND_TEXT && *member->text ? member->text : NULL;
}

static void read_system(const struct json_node *system, struct cim_class_name *out)
{
	if (!out->class_name)
		out->class_name = own_text(system, "ClassName");
	if (!out->object_namespace)
		out->object_namespace = own_text(system, "Namespace");
	if (!out->server)
		out->server = own_text(system, "ServerName");
}

/* NAMESPACE, then one of these signs, then CLASS; other texts say nothing. */
static void read_text(const char *text, const char *signs, struct arena *arena,
		      struct cim_class_name *out)
{
	const char *last = NULL;

	for (const char *at = text; at && *at; at++)
		if (strchr(signs, *at))
			last = at;
	if (!last || !last[1])
		return;
	if (!out->class_name)
		out->class_name = last + 1;
	if (!out->object_namespace)
		out->object_namespace = arena_copy(arena, text, (size_t)(last - text));
}

static void read_class(const struct json_node *class, struct arena *arena,
		       struct cim_class_name *out)
{
	if (class && class->kind == JSON_KIND_TEXT)
		read_text(class->text, ":", arena, out);
	out->superclass = own_text(class, "CimSuperClassName");
	read_system(json_tree_get(class, "CimSystemProperties"), out);
}

/* The first type is its own. */
static void read_types(const struct json_node *types, struct arena *arena,
		       struct cim_class_name *out)
{
	const struct json_node *own = types ? types->first : NULL;
	const char *sign = own && own->kind == JSON_KIND_TEXT ? strchr(own->text, '#') : NULL;

	if (sign && (strstr(own->text, "CimInstance#") || strstr(own->text, "ManagementObject#")))
		read_text(sign + 1, "/\\", arena, out);
}

bool snapshot_cim_read(const struct json_node *row, struct arena *arena, struct cim_class_name *out)
{
	*out = (struct cim_class_name){0};
	read_system(json_tree_get(row, "CimSystemProperties"), out);
	read_class(json_tree_get(row, "CimClass"), arena, out);
	read_types(json_tree_get(row, WH_CLIXML_TYPES), arena, out);
	return out->class_name != NULL;
}

const char *snapshot_cim_make_path(const struct json_node *object, struct arena *arena)
{
	const char *name = own_text(object, "Name");
	struct cim_class_name class;

	if (name && snapshot_cim_read(object, arena, &class))
		return object_path_make(class.class_name, "Name", name, arena);
	return own_text(object, WH_CLIXML_TEXT);
}
