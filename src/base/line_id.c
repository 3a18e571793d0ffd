/* SPDX-License-Identifier: Apache-2.0 */
#include "base/line_id.h"

#include <string.h>

#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"

#define GROUPS                                                                                     \
	{                                                                                          \
		8, 4, 4, 4, 12                                                                     \
	} /* digits between the hyphens */

void line_name_add_number(GString *name, uint64_t number)
{
	const uint64_t bytes = GUINT64_TO_LE(number);

	g_string_append_len(name, (const char *)&bytes, sizeof(bytes));
}

void line_name_add(GString *name, const char *text)
{
	line_name_add_number(name, text ? strlen(text) : UINT64_MAX);
	if (text)
		g_string_append(name, text);
}

void line_name_add_folded(GString *name, const char *text)
{
	g_autofree char *folded = text ? text_fold(text) : NULL;

	line_name_add(name, folded);
}

GString *line_name_new(const char *kind, const char *host)
{
	GString *name = g_string_sized_new(1024);

	line_name_add(name, "wmihunt");
	line_name_add(name, kind);
	line_name_add_folded(name, host);
	return name;
}

void line_id_set(struct line_id *id, GString *name)
{
	static const uint8_t groups[] = GROUPS;
	g_autofree char *digits = sha256_hex(name->str, name->len);
	const char *from = digits;
	char *to = id->text;

	digits[12] = '8';
	/* The variant is two bits, 10. */
	digits[16] = "89ab"[g_ascii_xdigit_value(digits[16]) & 3];
	for (size_t i = 0; i < sizeof(groups); i++) {
		if (i > 0)
			*to++ = '-';
		memcpy(to, from, groups[i]);
		from += groups[i];
		to += groups[i];
	}
	*to = '\0';
	g_string_free(name, TRUE);
}

GHashTable *line_id_seen_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void line_id_count(struct line_id *id, GHashTable *seen)
{
	guint before = GPOINTER_TO_UINT(g_hash_table_lookup(seen, id->text));
	GString *name;

	g_hash_table_insert(seen, g_strdup(id->text), GUINT_TO_POINTER(before + 1));
	if (before == 0)
		return;
	name = line_name_new("again", NULL);
	line_name_add(name, id->text);
	line_name_add_number(name, before);
	line_id_set(id, name);
}

bool line_id_is_valid(const char *text)
{
	static const uint8_t groups[] = GROUPS;

	for (size_t i = 0; i < sizeof(groups); i++) {
		if (i > 0 && *text++ != '-')
			return false;
		for (unsigned digit = 0; digit < groups[i]; digit++, text++)
			if (!g_ascii_isdigit(*text) && !(*text >= 'a' && *text <= 'f'))
				return false;
	}
	return *text == '\0';
}

void line_open(GString *out, const char *kind, const struct line_id *id)
{
	json_open_object(out, NULL);
	json_add_string(out, "kind", kind);
	json_add_string(out, "id", id->text);
	json_add_uint(out, "schema", WH_SCHEMA);
}
