/* SPDX-License-Identifier: Apache-2.0 */
#include "report/event_form.h"

#include <string.h>

#include "base/text.h"

/* Fields that stand for an event of which it is not known which matter. */
#define MOST_FIELDS 4

static const struct event_form forms[] = {
#define EVENT(provider, id, what, ...) {provider, id, what, {__VA_ARGS__}},
#include "report/event_fields.def"
#undef EVENT
};

const struct event_form *event_form_find(const struct event *event)
{
	for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
		if (event->ref.has_event_id && forms[i].event_id == event->ref.event_id &&
		    g_strcmp0(forms[i].provider, event->provider) == 0)
			return &forms[i];
	return NULL;
}

/* Returns whether there was anything to append. */
static bool append_field(GString *out, size_t start, const struct event_field *field)
{
	if (!*field->value || strcmp(field->value, "-") == 0)
		return false;
	if (out->len > start)
		g_string_append(out, ", ");
	if (*field->name)
		g_string_append_printf(out, "%s=", field->name);
	text_append_squeezed(out, field->value);
	return true;
}

static void append_named(GString *out, size_t start, const GArray *fields, const char *name)
{
	for (guint i = 0; i < fields->len; i++) {
		const struct event_field *field = &g_array_index(fields, struct event_field, i);

		if (strcmp(field->name, name) == 0)
			append_field(out, start, field);
	}
}

void event_form_append(const struct event_form *form, const struct event *event, GString *out)
{
	const GArray *fields = event->fields;
	size_t start = out->len;
	unsigned count = 0;

	for (unsigned i = 0; form && i < WH_EVENT_FORM_FIELDS && form->fields[i]; i++)
		append_named(out, start, fields, form->fields[i]);
	if (out->len > start)
		return;
	for (guint i = 0; i < fields->len && count < MOST_FIELDS; i++)
		count += append_field(out, start, &g_array_index(fields, struct event_field, i));
	if (count == 0)
		g_string_append_c(out, '-');
}
