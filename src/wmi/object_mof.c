/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/object_mof.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"

static struct mof_property *read_properties(const struct cim_value *properties, unsigned depth,
					    struct arena *arena);

static void *allocate(struct arena *arena, size_t size)
{
	return memset(arena_alloc(arena, size), 0, size);
}

static const struct {
	enum mof_type type;
	const char *text;
} forms[CIM_KINDS] = {
	[CIM_NULL] = {MOF_NULL, NULL},	     [CIM_FALSE] = {MOF_BOOLEAN, "false"},
	[CIM_TRUE] = {MOF_BOOLEAN, "true"},  [CIM_NUMBER] = {MOF_NUMBER, NULL},
	[CIM_TEXT] = {MOF_STRING, NULL},     [CIM_ARRAY] = {MOF_ARRAY, NULL},
	[CIM_OBJECT] = {MOF_INSTANCE, NULL},
};

static struct mof_value *read_value(const struct cim_value *value, unsigned depth,
				    struct arena *arena)
{
	struct mof_value *out = allocate(arena, sizeof(*out));
	struct mof_value **last = &out->elements;

	if (depth > WH_MAX_MOF_DEPTH)
		return out;
	out->type = forms[value->kind].type;
	out->text = forms[value->kind].text;
	if (value->kind == CIM_NUMBER || value->kind == CIM_TEXT)
		out->text = value->text;
	for (uint32_t i = 0; value->kind == CIM_ARRAY && i < value->count; i++) {
		*last = read_value(&value->items[i], depth + 1, arena);
		last = &(*last)->next;
	}
	if (value->kind != CIM_OBJECT)
		return out;
	out->instance = allocate(arena, sizeof(*out->instance));
	out->instance->class_name = value->text ? value->text : "";
	out->instance->complete = true;
	out->instance->properties = read_properties(value, depth + 1, arena);
	return out;
}

/* A consumer class of one's own may hold as a default what all of its consumers run. */
static bool is_told(const struct cim_value *value)
{
	if (value->kind == CIM_NULL)
		return false;
	return !value->is_default || (value->kind == CIM_TEXT && *value->text);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	const struct cim_property *one = *(const struct cim_property *const *)a;
	const struct cim_property *other = *(const struct cim_property *const *)b;

	return g_ascii_strcasecmp(one->name, other->name);
}

static struct mof_property *read_properties(const struct cim_value *properties, unsigned depth,
					    struct arena *arena)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	struct mof_property *first = NULL, **last = &first;

	for (uint32_t i = 0; i < properties->count; i++) {
		const struct cim_property *property = &properties->properties[i];

		if (is_told(&property->value))
			g_ptr_array_add(sorted, (gpointer)property);
	}
	g_ptr_array_sort(sorted, compare_names);
	for (guint i = 0; i < sorted->len; i++) {
		const struct cim_property *property = sorted->pdata[i];

		*last = allocate(arena, sizeof(**last));
		(*last)->name = property->name;
		(*last)->value = read_value(&property->value, depth, arena);
		last = &(*last)->next;
	}
	return first;
}

struct mof_property *mof_from_object(const struct wmi_object *object, struct arena *arena)
{
	return read_properties(&object->properties, 0, arena);
}
