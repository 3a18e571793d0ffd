/* SPDX-License-Identifier: Apache-2.0 */
#include "report/html_data.h"

#include <string.h>

#include "base/json.h"
#include "base/json_reader.h"
#include "base/secret_hash.h"

#define MOST_DIGITS 15 /* of a number that JavaScript holds exactly */

/* What came before, by its digest: attackers write much of it, so that it is not kept itself. */
struct numbered {
	struct digest digest;
	guint number;
};

struct html_data {
	struct hash_secret secret;
	GHashTable *texts; /* set of struct numbered */
	GHashTable *shapes; /* so */
	struct arena arena; /* of the line at hand */
	struct json_reader json;
	GString *new_texts; /* JSON of those that came first in it */
	GString *new_shapes;
	GString *value;
};

struct html_data *html_data_new(void)
{
	struct html_data *data = g_new0(struct html_data, 1);

	hash_secret_init(&data->secret);
	data->texts = g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	data->shapes = g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	arena_init(&data->arena);
	data->new_texts = g_string_new(NULL);
	data->new_shapes = g_string_new(NULL);
	data->value = g_string_new(NULL);
	return data;
}

void html_data_free(struct html_data *data)
{
	g_hash_table_unref(data->texts);
	g_hash_table_unref(data->shapes);
	arena_release(&data->arena);
	g_string_free(data->new_texts, TRUE);
	g_string_free(data->new_shapes, TRUE);
	g_string_free(data->value, TRUE);
	g_free(data);
}

/* The number of what has these bytes; *is_new when they came first. */
static guint number_of(const struct html_data *data, GHashTable *table, const char *bytes,
		       size_t size, bool *is_new)
{
	const struct digest digest = secret_digest(&data->secret, bytes, size);
	struct numbered *known = g_hash_table_lookup(table, &digest);

	*is_new = !known;
	if (known)
		return known->number;
	known = g_new(struct numbered, 1);
	*known = (struct numbered){digest, g_hash_table_size(table)};
	g_hash_table_add(table, known);
	return known->number;
}

static void append_text(struct html_data *data)
{
	const char *text = "";
	guint number;
	bool is_new;

	json_read_text(&data->json, &text);
	number = number_of(data, data->texts, text, strlen(text), &is_new);
	if (is_new)
		json_add_string(data->new_texts, NULL, text);
	g_string_append_printf(data->value, "%u", number);
}

static void append_number(struct html_data *data)
{
	const char *text = "0";
	guint64 number;

	json_read_number(&data->json, &text);
	if (strlen(text) <= MOST_DIGITS &&
	    g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, &number, NULL))
		g_string_append_printf(data->value, "-%" G_GUINT64_FORMAT, number + 1);
	else
		g_string_append_printf(data->value, "[-2,%s]", text);
}

static void append_value(struct html_data *data);

static void append_list(struct html_data *data)
{
	g_string_append(data->value, "[-1");
	json_open(&data->json);
	while (json_next_element(&data->json)) {
		g_string_append_c(data->value, ',');
		append_value(data);
	}
	g_string_append_c(data->value, ']');
}

/* Its shape is known when its values stand there already. */
static void append_object(struct html_data *data)
{
	g_autoptr(GString) names = g_string_new(NULL);
	size_t start = data->value->len;
	g_autofree char *head = NULL;
	const char *key;
	size_t length;
	guint number;
	bool is_new;

	json_open(&data->json);
	while (json_next_member(&data->json, &key, &length)) {
		json_add_string(names, NULL, arena_copy(&data->arena, key, length));
		g_string_append_c(data->value, ',');
		append_value(data);
	}
	g_string_append_c(data->value, ']');
	number = number_of(data, data->shapes, names->str, names->len, &is_new);
	if (is_new)
		g_string_append_printf(data->new_shapes, "%s[%s]", data->new_shapes->len ? "," : "",
				       names->str);
	head = g_strdup_printf("[%u", number);
	g_string_insert(data->value, (gssize)start, head);
}

/* Recursive, WH_MAX_JSON_DEPTH deep at most. */
static void append_value(struct html_data *data)
{
	switch (json_peek(&data->json)) {
	case JSON_KIND_OBJECT:
		append_object(data);
		break;
	case JSON_KIND_ARRAY:
		append_list(data);
		break;
	case JSON_KIND_TEXT:
		append_text(data);
		break;
	case JSON_KIND_NUMBER:
		append_number(data);
		break;
	case JSON_KIND_TRUE:
		g_string_append(data->value, "true");
		json_skip(&data->json);
		break;
	case JSON_KIND_FALSE:
		g_string_append(data->value, "false");
		json_skip(&data->json);
		break;
	default:
		g_string_append(data->value, "null");
		json_skip(&data->json);
	}
}

void html_data_append(struct html_data *data, const char *json, size_t length, GString *out)
{
	arena_clear(&data->arena);
	g_string_truncate(data->new_texts, 0);
	g_string_truncate(data->new_shapes, 0);
	g_string_truncate(data->value, 0);
	json_reader_init(&data->json, json, length, &data->arena);
	append_value(data);
	g_string_append_printf(out, "[[%s],[", data->new_shapes->str);
	g_string_append_len(out, data->new_texts->str, (gssize)data->new_texts->len);
	g_string_append(out, "],");
	g_string_append_len(out, data->value->str, (gssize)data->value->len);
	g_string_append(out, "]\n");
}
