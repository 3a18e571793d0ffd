/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event.h"

#include <string.h>

void event_init(struct event *event)
{
	memset(event, 0, sizeof(*event));
	event->fields = g_array_new(FALSE, FALSE, sizeof(struct event_field));
	arena_init(&event->arena);
}

void event_release(struct event *event)
{
	g_array_unref(event->fields);
	arena_release(&event->arena);
}

void event_clear(struct event *event)
{
	struct arena arena = event->arena;
	GArray *fields = event->fields;

	memset(event, 0, sizeof(*event));
	arena_clear(&arena);
	g_array_set_size(fields, 0);
	event->arena = arena;
	event->fields = fields;
}

void event_add_field(struct event *event, const char *name, const char *value)
{
	struct event_field field = {
		.name = arena_copy(&event->arena, name, strlen(name)),
		.value = arena_copy(&event->arena, value, strlen(value)),
	};

	g_array_append_val(event->fields, field);
}

const char *event_get_field(const struct event *event, const char *name)
{
	for (guint i = 0; i < event->fields->len; i++) {
		const struct event_field *field =
			&g_array_index(event->fields, struct event_field, i);

		if (strcmp(field->name, name) == 0)
			return field->value;
	}
	return NULL;
}
