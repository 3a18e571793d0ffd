/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/digest.h"

#include <string.h>

#include "base/text.h"
#include "wmi/mof.h"

/* The terminating NUL goes in, so "a" + "b" is not "ab"; NULL is a byte that no text starts with.
 */
static void add_text(GChecksum *sum, const char *text)
{
	if (text)
		g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text) + 1);
	else
		g_checksum_update(sum, (const guchar *)"\xFF", 1);
}

/* Runs of CR and LF count as one LF. */
static void add_lines(GChecksum *sum, const char *text)
{
	while (text && *text) {
		size_t line = strcspn(text, "\r\n");
		size_t ends = strspn(text + line, "\r\n");

		g_checksum_update(sum, (const guchar *)text, (gssize)line);
		if (ends)
			g_checksum_update(sum, (const guchar *)"\n", 1);
		text += line + ends;
	}
	add_text(sum, text);
}

static char *finish(GChecksum *sum)
{
	char *digest = g_strdup(g_checksum_get_string(sum));

	g_checksum_free(sum);
	return digest;
}

static void add_value(GChecksum *sum, const struct mof_value *value);

static void add_properties(GChecksum *sum, const GPtrArray *properties)
{
	for (guint i = 0; i < properties->len; i++) {
		const struct mof_property *property = properties->pdata[i];

		add_text(sum, property->name);
		add_value(sum, property->value);
	}
	add_text(sum, NULL);
}

static void add_value(GChecksum *sum, const struct mof_value *value)
{
	guchar type = (guchar)value->type;

	g_checksum_update(sum, &type, 1);
	add_text(sum, value->text);
	for (guint i = 0; value->elements && i < value->elements->len; i++)
		add_value(sum, value->elements->pdata[i]);
	if (value->instance) {
		add_text(sum, value->instance->class_name);
		add_properties(sum, value->instance->properties);
	}
	add_text(sum, NULL);
}

char *filter_digest_whole(const struct wmi_filter *filter)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

	add_text(sum, filter->event_namespace);
	add_text(sum, filter->query);
	add_text(sum, filter->query_language);
	add_text(sum, filter->creator_sid);
	return finish(sum);
}

char *filter_digest_core(const struct wmi_filter *filter)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

	add_text(sum, filter->event_namespace);
	add_lines(sum, filter->query);
	return finish(sum);
}

char *consumer_digest_whole(const struct wmi_consumer *consumer)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

	add_properties(sum, consumer->properties);
	add_text(sum, consumer->creator_sid);
	return finish(sum);
}

static const struct mof_value *find_property(const struct wmi_consumer *consumer, const char *name)
{
	for (guint i = 0; i < consumer->properties->len; i++) {
		const struct mof_property *property = consumer->properties->pdata[i];

		if (g_ascii_strcasecmp(property->name, name) == 0)
			return property->value;
	}
	return NULL;
}

char *consumer_digest_core(const struct wmi_consumer *consumer)
{
	/* Sysmon has one field for what runs; a consumer may leave the first of each pair out. */
	static const char *const runs[] = {"CommandLineTemplate", "ExecutablePath", "ScriptText",
					   "ScriptFileName"};
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

	for (size_t i = 0; i < G_N_ELEMENTS(runs); i++) {
		const struct mof_value *value = find_property(consumer, runs[i]);

		if (value && value->type == MOF_STRING) {
			add_lines(sum, value->text);
			return finish(sum);
		}
	}
	add_properties(sum, consumer->properties);
	return finish(sum);
}

char *names_digest(const char *const *names, size_t count)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

	for (size_t i = 0; i < count; i++) {
		g_autofree char *folded = names[i] ? text_fold(names[i]) : NULL;

		add_text(sum, folded);
	}
	return finish(sum);
}
