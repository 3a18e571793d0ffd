/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/field_search.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/bytes.h"
#include "evtx/binxml.h"
#include "evtx/literals.h"
#include "evtx/value.h"

/*
 * How a value is held against many texts: those that must stand at its end are found by its last
 * characters, those at its start by its first, with the case bit set in each: by as many of them
 * as the shortest of these texts has, up to eight, since most end with ".exe". What is found so is
 * then compared in full. The few texts that are shorter than four are compared one by one, and
 * those that may stand anywhere are literals (evtx/literals.h). Values that are no strings become
 * the text that a decoder makes of them, if some text could stand in such a one at all.
 */

#define LEAST_KEY_UNITS 4
#define MOST_KEY_UNITS 8
#define MOST_WIDENED 1024 /* bytes */
#define SEEN_BITS 10
#define HEAD_BITS 6
#define CASE_BITS 0x2020202020202020ull

struct anchored_text {
	char *text; /* in lower case */
	size_t length;
	enum text_anchor anchor;
	uint64_t key;
	uint32_t next; /* of the same head, counted from 1 */
};

/* In a key a unit is a byte, the first one the lowest. */
struct key_table {
	size_t units; /* of a key */
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

static void add_to_table(struct key_table *table, struct anchored_text *anchored, uint32_t number)
{
	const char *text = anchored->text;
	uint32_t hash, *head;

	if (anchored->anchor != TEXT_AT_START)
		text += anchored->length - table->units;
	anchored->key = 0;
	for (size_t i = table->units; i > 0; i--)
		anchored->key = anchored->key << 8 | (unsigned char)text[i - 1];
	anchored->key |= CASE_BITS >> 8 * (MOST_KEY_UNITS - table->units);
	hash = hash_key(anchored->key);
	table->seen[hash / 64] |= 1ull << hash % 64;
	head = &table->heads[hash >> (SEEN_BITS - HEAD_BITS)];
	anchored->next = *head;
	*head = number;
}

static void add_anchored(struct field_search *search, const struct field_text *text)
{
	struct anchored_text anchored = {
		.text = g_strdup(text->text), .length = strlen(text->text), .anchor = text->anchor};
	struct key_table **table = text->anchor == TEXT_AT_START ? &search->starts : &search->ends;

	if (anchored.length < LEAST_KEY_UNITS) {
		anchored.next = search->shorts;
		search->shorts = search->anchored->len + 1;
	} else {
		if (!*table) {
			*table = g_new0(struct key_table, 1);
			(*table)->units = MOST_KEY_UNITS;
		}
		(*table)->units = MIN((*table)->units, anchored.length);
	}
	g_array_append_val(search->anchored, anchored);
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
	for (guint i = 0; i < search->anchored->len; i++) {
		struct anchored_text *anchored =
			&g_array_index(search->anchored, struct anchored_text, i);

		if (anchored->length >= LEAST_KEY_UNITS)
			add_to_table(anchored->anchor == TEXT_AT_START ? search->starts
								       : search->ends,
				     anchored, i + 1);
	}
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

/* A byte for each unit; one of a unit that is not ASCII may be anything. */
static uint64_t narrow(const uint8_t *units, size_t count)
{
	uint64_t bytes = 0;

#ifdef __SSE2__
	if (count == MOST_KEY_UNITS) {
		__m128i wide = _mm_loadu_si128((const __m128i *)units);

		_mm_storel_epi64((__m128i *)&bytes, _mm_packus_epi16(wide, wide));
		return bytes;
	}
#endif
	for (size_t i = count; i > 0; i--)
		bytes = bytes << 8 | units[2 * i - 2];
	return bytes;
}

/* The key of the value's first units, or of its last. */
static uint64_t read_key(const struct key_table *table, const uint8_t *data, size_t units,
			 bool at_start)
{
	size_t count = MIN(units, MOST_KEY_UNITS);
	uint64_t bytes = narrow(at_start ? data : data + 2 * (units - count), count);
	unsigned unused = 8 * (unsigned)(MOST_KEY_UNITS - table->units);

	if (!at_start)
		bytes >>= 8 * (count - table->units);
	return (bytes << unused >> unused) | CASE_BITS >> unused;
}

static bool table_meets(const struct field_search *search, const struct key_table *table,
			const uint8_t *data, size_t units, bool at_start)
{
	const struct anchored_text *anchored;
	uint64_t key;
	uint32_t hash;

	if (units < table->units)
		return false;
	key = read_key(table, data, units, at_start);
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

	return (search->ends && table_meets(search, search->ends, data, units, false)) ||
	       (search->starts && table_meets(search, search->starts, data, units, true)) ||
	       (search->shorts && shorts_meet(search, data, units)) ||
	       (search->literals && literals_find_in_text(search->literals, data, 2 * units)) ||
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
