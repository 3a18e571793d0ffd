/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event.h"

#include <string.h>

#include "base/limits.h"
#include "event/filetime.h"

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

static void keep_first(struct event *event, const char **slot, const char *text)
{
	if (!*slot && *text)
		*slot = arena_copy(&event->arena, text, strlen(text));
}

static void set_number(struct event *event, enum event_slot slot, const char *text)
{
	uint64_t maximum = slot == EVENT_RECORD_ID ? UINT64_MAX : UINT32_MAX;
	guint64 number;

	if (!g_ascii_string_to_unsigned(text, 10, 0, maximum, &number, NULL))
		return;
	if (slot == EVENT_ID && !event->ref.has_event_id) {
		event->ref.event_id = (uint32_t)number;
		event->ref.has_event_id = true;
	} else if (slot == EVENT_PROCESS_ID && !event->has_process_id) {
		event->process_id = (uint32_t)number;
		event->has_process_id = true;
	} else if (slot == EVENT_RECORD_ID && !event->ref.has_record_id) {
		event->ref.record_id = number;
		event->ref.has_record_id = true;
	}
}

bool event_set(struct event *event, enum event_slot slot, const char *name, const char *text)
{
	const char **texts[] = {
		[EVENT_PROVIDER] = &event->provider,   [EVENT_CHANNEL] = &event->ref.channel,
		[EVENT_HOST] = &event->host,	       [EVENT_USER_SID] = &event->user_sid,
		[EVENT_DATA_TYPE] = &event->data_type,
	};

	switch (slot) {
	case EVENT_ID:
	case EVENT_PROCESS_ID:
	case EVENT_RECORD_ID:
		set_number(event, slot, text);
		return true;
	case EVENT_TIME:
		if (!event->ref.time)
			filetime_parse(text, &event->ref.time);
		return true;
	case EVENT_FIELD:
		if (event->fields->len >= WH_MAX_EVENT_FIELDS)
			return false;
		event_add_field(event, name, text);
		return true;
	default:
		keep_first(event, texts[slot], text);
		return true;
	}
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
