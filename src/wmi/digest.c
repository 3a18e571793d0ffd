/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/digest.h"

#include <string.h>

#include "base/sha256.h"
#include "base/text.h"
#include "wmi/mof.h"

/* The terminating NUL goes in, so "a" + "b" is not "ab"; NULL is a byte that no text starts with.
 */
static void add_text(GString *form, const char *text)
{
	if (text)
		text_append_bytes(form, text, strlen(text) + 1);
	else
		g_string_append_c(form, '\xFF');
}

/* Runs of CR and LF count as one LF. */
static void add_lines(GString *form, const char *text)
{
	while (text && *text) {
		size_t line = strcspn(text, "\r\n");
		size_t ends = strspn(text + line, "\r\n");

		text_append_bytes(form, text, line);
		if (ends)
			g_string_append_c(form, '\n');
		text += line + ends;
	}
	add_text(form, text);
}

static void add_value(GString *form, const struct mof_value *value);

static void add_properties(GString *form, const struct mof_property *property)
{
	for (; property; property = property->next) {
		add_text(form, property->name);
		add_value(form, property->value);
	}
	add_text(form, NULL);
}

static void add_value(GString *form, const struct mof_value *value)
{
	g_string_append_c(form, (char)value->type);
	add_text(form, value->text);
	for (const struct mof_value *element = value->elements; element; element = element->next)
		add_value(form, element);
	if (value->instance) {
		add_text(form, value->instance->class_name);
		add_properties(form, value->instance->properties);
	}
	add_text(form, NULL);
}

void filter_append_whole(const struct wmi_filter *filter, GString *form)
{
	add_text(form, filter->event_namespace);
	add_text(form, filter->query);
	add_text(form, filter->query_language);
	add_text(form, filter->creator_sid);
}

void filter_append_core(const struct wmi_filter *filter, GString *form)
{
	add_text(form, filter->event_namespace);
	add_lines(form, filter->query);
}

void consumer_append_whole(const struct wmi_consumer *consumer, GString *form)
{
	add_properties(form, consumer->properties);
	add_text(form, consumer->creator_sid);
}

void consumer_append_core(const struct wmi_consumer *consumer, GString *form)
{
	/* Sysmon has one field for what runs; a consumer may leave the first of each pair out. */
	static const char *const runs[] = {"CommandLineTemplate", "ExecutablePath", "ScriptText",
					   "ScriptFileName"};

	for (size_t i = 0; i < G_N_ELEMENTS(runs); i++) {
		const struct mof_value *value = mof_property_get(consumer->properties, runs[i]);

		if (value && value->type == MOF_STRING) {
			add_lines(form, value->text);
			return;
		}
	}
	add_properties(form, consumer->properties);
}

/* As text_fold(), without memory of its own for ASCII. */
static void add_folded(GString *form, const char *name)
{
	size_t length = strlen(name), start = form->len;
	g_autofree char *folded = NULL;

	text_append_bytes(form, name, length + 1);
	if (text_lower_ascii(form->str + start, length))
		return;
	g_string_truncate(form, start);
	folded = text_fold(name);
	add_text(form, folded);
}

void names_append(const char *const *names, size_t count, GString *form)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i])
			add_folded(form, names[i]);
		else
			add_text(form, NULL);
	}
}

char *names_digest(const char *const *names, size_t count)
{
	g_autoptr(GString) form = g_string_new(NULL);

	names_append(names, count, form);
	return sha256_hex(form->str, form->len);
}
