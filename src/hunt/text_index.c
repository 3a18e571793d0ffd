/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/text_index.h"

#include <string.h>

/*
 * Of each text four bytes, those that it shares with the fewest others, stand in a table. Every
 * four bytes of what is searched are looked up there; whatever is found is then compared in full.
 */

#define GRAM 4
#define SEEN_BITS 15
#define HEAD_BITS 12

struct indexed_text {
	char *text; /* in lower case */
	size_t length;
	size_t at; /* of the four bytes */
	guint number;
	uint32_t key;
	guint next; /* entry of the same head, counted from 1 */
};

struct text_index {
	GArray *entries; /* struct indexed_text */
	uint64_t seen[(1 << SEEN_BITS) / 64];
	guint heads[1 << HEAD_BITS];
};

static void clear_entry(gpointer entry)
{
	g_free(((struct indexed_text *)entry)->text);
}

struct text_index *text_index_new(void)
{
	struct text_index *index = g_new0(struct text_index, 1);

	index->entries = g_array_new(FALSE, FALSE, sizeof(struct indexed_text));
	g_array_set_clear_func(index->entries, clear_entry);
	return index;
}

void text_index_free(struct text_index *index)
{
	if (!index)
		return;
	g_array_unref(index->entries);
	g_free(index);
}

void text_index_add(struct text_index *index, const char *text, guint number)
{
	struct indexed_text entry = {
		.text = g_ascii_strdown(text, -1), .length = strlen(text), .number = number};

	g_array_append_val(index->entries, entry);
}

/* The case bit of each byte; on others than letters it does no harm, as both sides have it. */
static uint32_t fold(uint32_t bytes)
{
	return bytes | 0x20202020;
}

static uint32_t read_gram(const char *text)
{
	uint32_t bytes;

	memcpy(&bytes, text, GRAM);
	return fold(bytes);
}

static uint32_t hash_key(uint32_t key)
{
	return key * 0x9E3779B1u >> (32 - SEEN_BITS);
}

static void count_grams(const struct text_index *index, GHashTable *counts)
{
	for (guint i = 0; i < index->entries->len; i++) {
		const struct indexed_text *entry =
			&g_array_index(index->entries, struct indexed_text, i);

		for (size_t at = 0; at + GRAM <= entry->length; at++) {
			gpointer key = GUINT_TO_POINTER(read_gram(entry->text + at));
			guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));

			g_hash_table_insert(counts, key, GUINT_TO_POINTER(count + 1));
		}
	}
}

static size_t find_rarest(const struct indexed_text *entry, GHashTable *counts)
{
	guint lowest = G_MAXUINT;
	size_t best = 0;

	for (size_t at = 0; at + GRAM <= entry->length; at++) {
		gpointer key = GUINT_TO_POINTER(read_gram(entry->text + at));
		guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));

		if (count < lowest) {
			lowest = count;
			best = at;
		}
	}
	return best;
}

void text_index_finish(struct text_index *index)
{
	g_autoptr(GHashTable) counts = g_hash_table_new(NULL, NULL);

	count_grams(index, counts);
	for (guint i = 0; i < index->entries->len; i++) {
		struct indexed_text *entry = &g_array_index(index->entries, struct indexed_text, i);
		uint32_t hash;
		guint *head;

		entry->at = find_rarest(entry, counts);
		entry->key = read_gram(entry->text + entry->at);
		hash = hash_key(entry->key);
		head = &index->heads[hash >> (SEEN_BITS - HEAD_BITS)];
		entry->next = *head;
		*head = i + 1;
		index->seen[hash / 64] |= 1ull << hash % 64;
	}
}

static void verify(const struct text_index *index, uint32_t key, uint32_t hash, const char *text,
		   size_t length, size_t at, uint8_t *marks)
{
	const struct indexed_text *entry;

	for (guint i = index->heads[hash >> (SEEN_BITS - HEAD_BITS)]; i; i = entry->next) {
		entry = &g_array_index(index->entries, struct indexed_text, i - 1);
		if (entry->key != key || marks[entry->number] || entry->at > at ||
		    entry->length > length - (at - entry->at))
			continue;
		if (g_ascii_strncasecmp(text + at - entry->at, entry->text, entry->length) == 0)
			marks[entry->number] = 1;
	}
}

void text_index_mark(const struct text_index *index, const char *text, size_t length,
		     uint8_t *marks)
{
	for (size_t at = 0; at + GRAM <= length; at++) {
		uint32_t key = read_gram(text + at);
		uint32_t hash = hash_key(key);

		if (index->seen[hash / 64] >> hash % 64 & 1)
			verify(index, key, hash, text, length, at, marks);
	}
}

bool text_is_disguised(const char *text, size_t length)
{
	return memmem(text, length, "\u017F", 2) || memmem(text, length, "\u212A", 3);
}
