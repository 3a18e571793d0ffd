/* SPDX-License-Identifier: Apache-2.0 */
#include "class_plan.h"

#include <string.h>

#include "../evtxgen/yaml_read.h"

static const struct {
	const char *name;
	uint32_t type;
	uint32_t width;
} types[] = {
	{"sint16", CIM_SINT16, 2}, {"sint32", CIM_SINT32, 4},	  {"real32", CIM_REAL32, 4},
	{"real64", CIM_REAL64, 8}, {"string", CIM_STRING, 4},	  {"boolean", CIM_BOOLEAN, 2},
	{"object", CIM_OBJECT, 4}, {"sint8", CIM_SINT8, 1},	  {"uint8", CIM_UINT8, 1},
	{"uint16", CIM_UINT16, 2}, {"uint32", CIM_UINT32, 4},	  {"sint64", CIM_SINT64, 8},
	{"uint64", CIM_UINT64, 8}, {"datetime", CIM_DATETIME, 4}, {"ref", CIM_REFERENCE, 4},
	{"char16", CIM_CHAR16, 2},
};

uint32_t property_type_width(uint32_t type)
{
	for (size_t i = 0; i < G_N_ELEMENTS(types) && (type & CIM_ARRAY) == 0; i++)
		if (types[i].type == (type & 0xff))
			return types[i].width;
	return 4;
}

static void free_property(gpointer data)
{
	struct property_plan *property = data;

	g_free(property->name);
	g_free(property->cim_name);
	g_free(property);
}

static void free_class(gpointer data)
{
	struct class_plan *plan = data;

	g_free(plan->name_space);
	g_free(plan->name);
	g_ptr_array_unref(plan->own);
	g_ptr_array_unref(plan->all);
	g_free(plan);
}

void class_set_init(struct class_set *classes)
{
	classes->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	classes->plans = g_ptr_array_new_with_free_func(free_class);
}

void class_set_release(struct class_set *classes)
{
	g_hash_table_unref(classes->by_name);
	g_ptr_array_unref(classes->plans);
}

static char *make_key(const char *name_space, const char *name)
{
	g_autofree char *joined = g_strconcat(name_space, ":", name, NULL);

	return g_utf8_strup(joined, -1);
}

const struct class_plan *class_set_find(const struct class_set *classes, const char *name_space,
					const char *name)
{
	const char *const places[] = {name_space, "__SystemClass"};

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *key = make_key(places[i], name);
		const struct class_plan *plan = g_hash_table_lookup(classes->by_name, key);

		if (plan != NULL)
			return plan;
	}
	return NULL;
}

const struct property_plan *class_plan_find(const struct class_plan *plan, const char *name)
{
	for (guint i = 0; i < plan->all->len; i++) {
		const struct property_plan *property = plan->all->pdata[i];

		if (g_ascii_strcasecmp(property->name, name) == 0)
			return property;
	}
	return NULL;
}

bool class_plan_has_key(const struct class_plan *plan)
{
	for (guint i = 0; i < plan->all->len; i++)
		if (((const struct property_plan *)plan->all->pdata[i])->key)
			return true;
	return false;
}

const struct class_plan *class_plan_key_root(const struct class_plan *plan)
{
	const struct class_plan *root = plan;

	for (; plan != NULL; plan = plan->parent)
		if (class_plan_has_key(plan))
			root = plan;
	return root;
}

/* "uint8[]", "ref:__EventFilter". The array's brackets are cut off. */
static bool read_type(struct property_plan *property, struct fy_node *node, GError **error)
{
	size_t length;

	property->cim_name = yaml_dup(node, error);
	if (property->cim_name == NULL)
		return false;
	if (g_str_has_suffix(property->cim_name, "[]")) {
		property->type = CIM_ARRAY;
		property->cim_name[strlen(property->cim_name) - 2] = '\0';
	}
	length = strcspn(property->cim_name, ":");
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strlen(types[i].name) == length &&
		    strncmp(types[i].name, property->cim_name, length) == 0) {
			property->type |= types[i].type;
			return true;
		}
	}
	return yaml_refuse(node, error, "unknown type \"%s\"", property->cim_name);
}

static bool read_settings(struct property_plan *property, struct fy_node *node, GError **error)
{
	static const char *const keys[] = {"type", "key", "default", "qualifiers", NULL};

	if (yaml_is_scalar(node))
		return read_type(property, node, error);
	if (!yaml_check_keys(node, keys, error))
		return false;
	property->value = yaml_get(node, "default");
	property->has_default = property->value != NULL;
	property->qualifiers = yaml_get(node, "qualifiers");
	return yaml_get_bool(node, "key", &property->key, error) &&
	       read_type(property, yaml_get(node, "type"), error);
}

/* An overriding property stands where the one of the ancestor stood. */
static void place_property(struct class_plan *plan, struct property_plan *property)
{
	const struct property_plan *before = class_plan_find(plan, property->name);

	if (before == NULL) {
		property->index = (uint16_t)plan->all->len;
		property->offset = plan->slots;
		property->level = plan->level;
		plan->slots += property_type_width(property->type);
		g_ptr_array_add(plan->all, property);
		return;
	}
	property->overrides = true;
	property->index = before->index;
	property->offset = before->offset;
	property->level = before->level;
	property->key |= before->key;
	if (!property->has_default)
		property->value = before->value;
	plan->all->pdata[property->index] = property;
}

static bool read_properties(struct class_plan *plan, struct fy_node *map, GError **error)
{
	struct fy_node *key, *value;
	void *state = NULL;

	if (map != NULL && !yaml_is_map(map))
		return yaml_refuse(map, error, "should be a map");
	while (map != NULL && yaml_next_pair(map, &state, &key, &value)) {
		struct property_plan *property = g_new0(struct property_plan, 1);

		g_ptr_array_add(plan->own, property);
		property->name = yaml_dup(key, error);
		if (property->name == NULL || !read_settings(property, value, error))
			return false;
		place_property(plan, property);
	}
	return true;
}

static bool read_parent(const struct class_set *classes, struct class_plan *plan,
			struct fy_node *node, GError **error)
{
	g_autofree char *name = NULL;

	if (node == NULL)
		return true;
	name = yaml_dup(node, error);
	if (name == NULL)
		return false;
	plan->parent = class_set_find(classes, plan->name_space, name);
	if (plan->parent == NULL)
		return yaml_refuse(node, error, "no class \"%s\" here", name);
	plan->level = plan->parent->level + 1;
	plan->slots = plan->parent->slots;
	for (guint i = 0; i < plan->parent->all->len; i++)
		g_ptr_array_add(plan->all, plan->parent->all->pdata[i]);
	return true;
}

struct class_plan *class_set_read(struct class_set *classes, const char *name_space,
				  struct fy_node *node, GError **error)
{
	struct class_plan *plan = g_new0(struct class_plan, 1);

	plan->name_space = g_strdup(name_space);
	plan->own = g_ptr_array_new_with_free_func(free_property);
	plan->all = g_ptr_array_new();
	plan->qualifiers = yaml_get(node, "qualifiers");
	g_ptr_array_add(classes->plans, plan);
	plan->name = yaml_dup(yaml_get(node, "class"), error);
	if (plan->name == NULL || !read_parent(classes, plan, yaml_get(node, "parent"), error) ||
	    !read_properties(plan, yaml_get(node, "properties"), error))
		return NULL;
	g_hash_table_replace(classes->by_name, make_key(name_space, plan->name), plan);
	return plan;
}
