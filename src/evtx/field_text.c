/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/field_text.h"

#include <string.h>

#include "evtx/literals.h"

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7E)
			return false;
	return true;
}

bool field_text_can_be_sought(const struct field_text *text)
{
	if (text->anchor == TEXT_NO_FIELD)
		return true;
	return text->anchor == TEXT_ANYWHERE ? literal_can_be_sought(text->text)
					     : *text->text && is_printable(text->text);
}

bool text_stands_in_strings(const char *lower)
{
	return g_str_is_ascii(lower) &&
	       lower[strspn(lower, "0123456789abcdefxstz{}-+.:")] != '\0' &&
	       !strstr("true false -inf -nan", lower);
}

static guint hash_text(gconstpointer data)
{
	const struct field_text *text = data;
	guint hash = g_str_hash(text->text);

	return (text->field ? g_str_hash(text->field) * 31 : 0) + hash * 7 + text->anchor * 2 +
	       text->disguised;
}

static gboolean texts_equal(gconstpointer a, gconstpointer b)
{
	const struct field_text *one = a, *other = b;

	return one->anchor == other->anchor && one->disguised == other->disguised &&
	       g_strcmp0(one->field, other->field) == 0 && strcmp(one->text, other->text) == 0;
}

static void free_text(gpointer data)
{
	struct field_text *text = data;

	g_free((char *)text->field);
	g_free((char *)text->text);
	g_free(text);
}

GHashTable *field_texts_new(void)
{
	return g_hash_table_new_full(hash_text, texts_equal, free_text, NULL);
}

void field_texts_add(GHashTable *texts, const struct field_text *text)
{
	g_autofree char *lower = g_ascii_strdown(text->text, -1);
	struct field_text copy = *text;

	copy.text = lower;
	if (g_hash_table_contains(texts, &copy))
		return;
	copy.field = g_strdup(text->field);
	copy.text = g_steal_pointer(&lower);
	g_hash_table_add(texts, g_memdup2(&copy, sizeof(copy)));
}
