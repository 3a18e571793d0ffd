/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/event_copy.h"

#include <string.h>

/* The texts of an event in the order that both passes below take them. */
static void visit_texts(struct event *event, void (*visit)(void *context, const char **text),
			void *context)
{
	const char **const texts[] = {&event->host,	 &event->ref.channel, &event->provider,
				      &event->user_sid,	 &event->data_type,   &event->ref.path,
				      &event->ref.entry, &event->ref.via};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		visit(context, texts[i]);
	for (guint i = 0; i < event->fields->len; i++) {
		struct event_field *field = &g_array_index(event->fields, struct event_field, i);

		visit(context, &field->name);
		visit(context, &field->value);
	}
}

static void add_size(void *context, const char **text)
{
	*(size_t *)context += *text ? strlen(*text) + 1 : 0;
}

static void move_text(void *context, const char **text)
{
	char **at = context;
	size_t size;

	if (!*text)
		return;
	size = strlen(*text) + 1;
	memcpy(*at, *text, size);
	*text = *at;
	*at += size;
}

char *event_copy(struct event *out, const struct event *from)
{
	size_t size = 0;
	char *memory, *at;

	*out = *from;
	out->arena = (struct arena){0};
	out->fields =
		g_array_sized_new(FALSE, FALSE, sizeof(struct event_field), from->fields->len);
	g_array_append_vals(out->fields, from->fields->data, from->fields->len);
	visit_texts(out, add_size, &size);
	memory = at = g_malloc(size + 1);
	visit_texts(out, move_text, &at);
	return memory;
}
