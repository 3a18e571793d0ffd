/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "repository/repository_reading.h"

/* The longest of Windows' own has 134 characters. */
#define LONG_TEXT 160u

/* Whether it is the class's own, and not its parent's. */
static bool is_own(const struct cim_layout *layout, uint32_t index)
{
	const struct cim_layout *parent = layout->parent;

	return !parent || index >= parent->count ||
	       parent->properties[index].value.text != layout->properties[index].value.text;
}

static bool has_long_text(const struct cim_layout *layout)
{
	for (uint32_t i = 0; i < layout->count; i++) {
		const struct cim_layout_property *property = &layout->properties[i];

		if (property->name && property->value.kind == CIM_TEXT &&
		    strlen(property->value.text) >= LONG_TEXT && is_own(layout, i))
			return true;
	}
	return false;
}

static void give_class(struct repository_reading *reading, const struct class_entry *entry,
		       const struct cim_layout *layout)
{
	const char *wanted = reading->wants->object_namespace;
	struct object_place place = {.namespace_number = entry->namespace_number};
	struct cim_property *properties;
	struct cim_class_record record;
	const char *derivation[WH_MAX_CIM_CHAIN];
	struct wmi_object object;

	if (object_store_read(&reading->store, entry->page, entry->record, entry->size,
			      reading->record, &place.offset) == OBJECT_ABSENT ||
	    !cim_class_record_read(reading->record->data, reading->record->len, &record))
		return;
	place.partial = layout->is_damaged;
	reading_describe(reading, layout, record.time, &place, derivation, &object);
	arena_clear(&reading->arena);
	properties = arena_alloc(&reading->arena, MAX(layout->count, 1) * sizeof(*properties));
	object.is_class = true;
	object.properties = (struct cim_value){
		.kind = CIM_OBJECT, .text = layout->name, .properties = properties};
	for (uint32_t i = 0; i < layout->count; i++)
		if (layout->properties[i].name)
			properties[object.properties.count++] = (struct cim_property){
				layout->properties[i].name, layout->properties[i].value};
	if (!wanted ||
	    (object.object_namespace && g_ascii_strcasecmp(object.object_namespace, wanted) == 0))
		reading->calls->take(reading->calls->take_context, &object);
}

void reading_give_stores(struct repository_reading *reading)
{
	const GArray *entries = reading->classes.entries;

	for (guint i = 0; i < entries->len; i++) {
		const struct class_entry *entry = &g_array_index(entries, struct class_entry, i);
		const struct cim_layout *layout;

		/* Texts are UTF-16, or have 8 bits. */
		if (entry->size < LONG_TEXT)
			continue;
		layout = class_table_get_layout(&reading->classes, entry);
		if (layout && has_long_text(layout))
			give_class(reading, entry, layout);
	}
}
