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
	g_free(field->field);
	g_free(field->text);
	g_free(field);
}

GPtrArray *match_fields_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)match_field_free);
}

static bool fields_hold(const GPtrArray *fields, const char *name, const char *text)
{
	for (guint i = 0; i < fields->len; i++) {
		const struct match_field *field = g_ptr_array_index(fields, i);

		if (strcmp(field->field, name) == 0 && strcmp(field->text, text) == 0)
			return true;
	}
	return false;
}

void match_fields_add(GPtrArray *fields, const char *name, const char *text, size_t length)
{
	g_autofree char *copy = g_strndup(text, text_cut(text, length, WH_MAX_MATCH_TEXT));
	struct match_field *field;

	if (fields->len >= WH_MAX_MATCH_FIELDS || fields_hold(fields, name, copy))
		return;
	field = g_new0(struct match_field, 1);
	field->field = g_strdup(name);
	field->text = g_steal_pointer(&copy);
	g_ptr_array_add(fields, field);
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
