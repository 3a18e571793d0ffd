/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/match.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static const char *const level_names[] = {
	[LEVEL_INFORMATIONAL] = "informational",
	[LEVEL_LOW] = "low",
	[LEVEL_MEDIUM] = "medium",
	[LEVEL_HIGH] = "high",
	[LEVEL_CRITICAL] = "critical",
};

const char *rule_level_name(enum rule_level level)
{
	return level_names[level];
}

bool rule_level_parse(const char *name, enum rule_level *out)
{
	for (guint i = 0; i < G_N_ELEMENTS(level_names); i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*out = (enum rule_level)i;
			return true;
		}
	}
	return false;
}

void match_field_free(struct match_field *field)
{
	if (!field)
		return;
	g_free(field);
}

GPtrArray *match_fields_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)match_field_free);
}

/* Its texts follow it, in one piece of memory. */
static struct match_field *match_field_new(const char *name, const char *text, size_t length)
{
	size_t name_size = strlen(name) + 1;
	struct match_field *field = g_malloc(sizeof(*field) + name_size + length + 1);
	char *texts = (char *)(field + 1);

	field->field = memcpy(texts, name, name_size);
	field->text = memcpy(texts + name_size, text, length);
	texts[name_size + length] = '\0';
	return field;
}

static bool fields_hold(const GPtrArray *fields, const char *name, const char *text, size_t length)
{
	for (guint i = 0; i < fields->len; i++) {
		const struct match_field *field = g_ptr_array_index(fields, i);

		if (strcmp(field->field, name) == 0 && strncmp(field->text, text, length) == 0 &&
		    field->text[length] == '\0')
			return true;
	}
	return false;
}

void match_fields_add(GPtrArray *fields, const char *name, const char *text, size_t length)
{
	length = text_cut(text, length, WH_MAX_MATCH_TEXT);
	if (fields->len < WH_MAX_MATCH_FIELDS && !fields_hold(fields, name, text, length))
		g_ptr_array_add(fields, match_field_new(name, text, length));
}

void match_free(struct match *match)
{
	if (!match)
		return;
	if (match->fields)
		g_ptr_array_unref(match->fields);
	g_free(match);
}

GPtrArray *matches_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)match_free);
}

const struct match *matches_highest(const GPtrArray *matches)
{
	return matches->len ? matches->pdata[0] : NULL;
}

int matches_level(const GPtrArray *matches)
{
	const struct match *highest = matches_highest(matches);

	return highest ? (int)highest->level : -1;
}
