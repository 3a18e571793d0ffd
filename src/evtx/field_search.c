/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/field_search.h"

#include <string.h>

#include "base/bytes.h"
#include "evtx/binxml.h"
#include "evtx/literals.h"
#include "evtx/value.h"

/*
 * How a value is held against many texts: those that must stand at its end are found by its last
 * four characters, those at its start by its first four, with the case bit set in each; what is
 * found so is then compared in full. The few texts that are shorter are compared one by one, and
 * those that may stand anywhere are literals (evtx/literals.h). Values that are no strings become
 * the text that a decoder makes of them, if some text could stand in such a one at all.
 */

#define KEY_UNITS 4
#define MOST_WIDENED 1024 /* bytes */
#define SEEN_BITS 10
#define HEAD_BITS 6
#define CASE_BITS 0x0020002000200020ull

struct anchored_text {
	char *text; /* in lower case */
	size_t length;
	enum text_anchor anchor;
	uint64_t key;
	uint32_t next; /* of the same head, counted from 1 */
};

struct key_table {
	uint64_t seen[(1 << SEEN_BITS) / 64]; /* a bit for each hash that some key has */
	uint32_t heads[1 << HEAD_BITS]; /* first text, counted from 1 */
};

struct field_search {
	GArray *anchored; /* struct anchored_text */
	struct key_table *starts, *ends; /* NULL: none are there */
	uint32_t shorts; /* first text that is shorter than a key, counted from 1 */
	struct literals *literals; /* NULL: none */
	bool disguised;
	bool minds_others; /* a value that is no string may hold one of them */
};

static void clear_anchored(gpointer data)
{
	g_free(((struct anchored_text *)data)->text);
}

struct field_search *field_search_new(void)
{
	struct field_search *search = g_new0(struct field_search, 1);

	search->anchored = g_array_new(FALSE, FALSE, sizeof(struct anchored_text));
	g_array_set_clear_func(search->anchored, clear_anchored);
	return search;
}

void field_search_free(struct field_search *search)
{
	if (!search)
		return;
	g_array_unref(search->anchored);
	g_free(search->starts);
	g_free(search->ends);
	literals_free(search->literals);
	g_free(search);
}

static uint32_t hash_key(uint64_t key)
{
	return (uint32_t)(key * 0x9E3779B97F4A7C15ull >> (64 - SEEN_BITS));
}

static uint32_t *get_head(struct key_table *table, uint64_t key)
{
	uint32_t hash = hash_key(key);

	table->seen[hash / 64] |= 1ull << hash % 64;
	return &table->heads[hash >> (SEEN_BITS - HEAD_BITS)];
}

static uint64_t make_key(const char *text)
{
	uint64_t key = 0;

	for (size_t i = KEY_UNITS; i > 0; i--)
		key = key << 16 | (unsigned char)text[i - 1];
	return key | CASE_BITS;
}

static void add_anchored(struct field_search *search, const struct field_text *text)
{
	struct anchored_text anchored = {
		.text = g_strdup(text->text), .length = strlen(text->text), .anchor = text->anchor};
	bool at_start = text->anchor == TEXT_AT_START;
	struct key_table **table = at_start ? &search->starts : &search->ends;
	uint32_t *head = &search->shorts;

	if (anchored.length >= KEY_UNITS) {
		if (!*table)
			*table = g_new0(struct key_table, 1);
		anchored.key = make_key(at_start ? anchored.text
						 : anchored.text + anchored.length - KEY_UNITS);
		head = get_head(*table, anchored.key);
	}
	anchored.next = *head;
	g_array_append_val(search->anchored, anchored);
	*head = search->anchored->len;
}

void field_search_add(struct field_search *search, const struct field_text *text)
{
	search->disguised |= text->disguised;
	search->minds_others |= !text_stands_in_strings(text->text);
	if (text->anchor != TEXT_ANYWHERE) {
		add_anchored(search, text);
		return;
	}
	if (!search->literals)
		search->literals = literals_new(2);
	literals_add(search->literals, text->text, 0);
}

void field_search_finish(struct field_search *search)
{
	if (search->literals)
		literals_finish(search->literals);
}

static bool stands_at(const struct anchored_text *anchored, const uint8_t *units)
{
	for (size_t i = 0; i < anchored->length; i++)
		if (units[2 * i + 1] || (char)ascii_to_lower(units[2 * i]) != anchored->text[i])
			return false;
	return true;
}

/* The text against a value of so many units. */
static bool meets(const struct anchored_text *anchored, const uint8_t *data, size_t units)
{
	size_t skipped = units - anchored->length;

	if (anchored->length > units || (anchored->anchor == TEXT_WHOLE && skipped))
		return false;
	return stands_at(anchored, anchored->anchor == TEXT_AT_START ? data : data + 2 * skipped);
}

static const struct anchored_text *get_anchored(const struct field_search *search, uint32_t number)
{
	return &g_array_index(search->anchored, struct anchored_text, number - 1);
}

/* `place` is where the units of the key stand in the value. */
static bool table_meets(const struct field_search *search, const struct key_table *table,
			const uint8_t *place, const uint8_t *data, size_t units)
{
	const struct anchored_text *anchored;
	uint64_t key;
	uint32_t hash;

	memcpy(&key, place, sizeof(key));
	key = GUINT64_FROM_LE(key) | CASE_BITS;
	hash = hash_key(key);
	if (!(table->seen[hash / 64] >> hash % 64 & 1))
		return false;
	for (uint32_t i = table->heads[hash >> (SEEN_BITS - HEAD_BITS)]; i; i = anchored->next) {
		anchored = get_anchored(search, i);
		if (anchored->key == key && meets(anchored, data, units))
			return true;
	}
	return false;
}

static bool shorts_meet(const struct field_search *search, const uint8_t *data, size_t units)
{
	const struct anchored_text *anchored;

	for (uint32_t i = search->shorts; i; i = anchored->next) {
		anchored = get_anchored(search, i);
		if (meets(anchored, data, units))
			return true;
	}
	return false;
}

static bool meets_string(const struct field_search *search, const uint8_t *data, size_t size)
{
	size_t units = value_string_units(data, size);

	if (units >= KEY_UNITS) {
		if (search->ends &&
		    table_meets(search, search->ends, data + 2 * (units - KEY_UNITS), data, units))
			return true;
		if (search->starts && table_meets(search, search->starts, data, data, units))
			return true;
	}
	return (search->shorts && shorts_meet(search, data, units)) ||
	       (search->literals && literals_find(search->literals, data, 2 * units)) ||
	       (search->disguised && literals_may_be_disguised(data, 2 * units));
}

static bool meets_strings(const struct field_search *search, const uint8_t *data, size_t size)
{
	size_t at = 0, text_size;

	while (at < size) {
		size_t step =
			value_element_size(data + at, size - at, BINXML_TYPE_STRING, &text_size);

		if (step == 0 || meets_string(search, data + at, text_size))
			return true;
		at += step;
	}
	return false;
}

bool field_search_meets_text(const struct field_search *search, const char *text)
{
	glong units = 0;
	g_autofree gunichar2 *wide = g_utf8_to_utf16(text, -1, NULL, &units, NULL);

	/* Bytes as they stand in a record. */
	for (glong i = 0; wide && i < units; i++)
		wide[i] = GUINT16_TO_LE(wide[i]);
	return !wide || meets_string(search, (const uint8_t *)wide, 2 * (size_t)units);
}

static bool meets_other(const struct field_search *search, const uint8_t *data, size_t size,
			uint8_t type)
{
	g_autoptr(GString) text = g_string_new(NULL);

	value_append(text, data, size, type);
	return field_search_meets_text(search, text->str);
}

/* Mostly they are ASCII, which needs no decoding. */
static bool meets_bytes(const struct field_search *search, const uint8_t *data, size_t size)
{
	uint8_t wide[2 * MOST_WIDENED];

	if (size > MOST_WIDENED)
		return meets_other(search, data, size, BINXML_TYPE_ANSI_STRING);
	for (size_t i = 0; i < size; i++) {
		if (data[i] >= 0x80)
			return meets_other(search, data, size, BINXML_TYPE_ANSI_STRING);
		wide[2 * i] = data[i];
		wide[2 * i + 1] = 0;
	}
	return meets_string(search, wide, 2 * size);
}

bool field_search_meets_value(const struct field_search *search, const uint8_t *data, size_t size,
			      uint8_t type)
{
	switch (type) {
	case BINXML_TYPE_NULL:
		return false;
	case BINXML_TYPE_STRING:
		return meets_string(search, data, size);
	case BINXML_TYPE_STRING | BINXML_TYPE_ARRAY:
		return meets_strings(search, data, size);
	case BINXML_TYPE_ANSI_STRING:
		return meets_bytes(search, data, size);
	case BINXML_TYPE_ANSI_STRING | BINXML_TYPE_ARRAY:
	case BINXML_TYPE_BINXML | BINXML_TYPE_ARRAY:
		return true;
	default:
		return search->minds_others &&
		       (type & BINXML_TYPE_ARRAY || meets_other(search, data, size, type));
	}
}
