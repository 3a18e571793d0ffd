/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/literals.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/*
 * How the search works: windows of a few characters, a stride apart, are looked up in a small
 * table. A literal is longer than a window, so with the right stride one of them lies wholly
 * inside of it, wherever it begins; all windows that this can be are in the table. A window's
 * characters are read with the case bit set, and from bytes of either parity. Whatever is
 * found so is then compared in full.
 */

#define SHORTEST 4

/* Short literals leave room for small windows and strides only, and must not slow the others. */
static const struct {
	size_t from; /* characters of the shortest literal */
	size_t characters; /* of a window */
} classes[] = {{SHORTEST, 2}, {6, 4}};

#define CLASSES G_N_ELEMENTS(classes)
#define LONGEST_STRIDE 64
#define HASH_BITS 15
#define HEAD_BITS 11

struct literal {
	char *text; /* in lower case */
	size_t length;
};

/* A window: what stands in it, and where that stands in the literal. */
struct entry {
	uint64_t key;
	uint32_t literal;
	uint32_t at; /* in characters */
	uint32_t next; /* entry of the same head, counted from 1 */
};

struct group {
	GArray *literals; /* struct literal */
	GArray *entries; /* struct entry */
	size_t characters; /* of a window */
	size_t stride; /* in bytes */
	uint64_t seen[(1 << HASH_BITS) / 64]; /* a bit for each hash that some window has */
	uint32_t heads[1 << HEAD_BITS]; /* first entry, counted from 1 */
};

struct literals {
	struct group *groups[CLASSES]; /* NULL: no literal of that length */
};

bool literal_can_be_sought(const char *text)
{
	size_t length = 0;

	for (; text[length]; length++)
		if (text[length] < 0x20 || text[length] > 0x7E)
			return false;
	return length >= SHORTEST;
}

static uint32_t hash_key(uint64_t key)
{
	return (uint32_t)(key * 0x9E3779B97F4A7C15ull >> (64 - HASH_BITS));
}

static uint32_t head_of(uint32_t hash)
{
	return hash >> (HASH_BITS - HEAD_BITS);
}

/* The case bit of each character; on others than letters it does no harm, as both sides have it. */
#define FOLD 0x0020002000200020ull

static uint64_t make_key(const char *text, size_t characters)
{
	uint64_t key = 0;

	for (size_t i = characters; i > 0; i--)
		key = key << 16 | ((unsigned char)text[i - 1] | 0x20);
	return key;
}

/* How many bytes a window can begin at inside a literal of that many characters. */
static size_t count_starts(const struct group *group, size_t length)
{
	return 2 * (length - group->characters) + 1;
}

static void count_keys(const struct group *group, GHashTable *counts)
{
	for (guint i = 0; i < group->literals->len; i++) {
		const struct literal *literal = &g_array_index(group->literals, struct literal, i);

		for (size_t at = 0; at + group->characters <= literal->length; at++) {
			uint64_t key = make_key(literal->text + at, group->characters);
			gpointer count = g_hash_table_lookup(counts, &key);

			g_hash_table_replace(counts, g_memdup2(&key, sizeof(key)),
					     GUINT_TO_POINTER(GPOINTER_TO_UINT(count) + 1));
		}
	}
}

/* The characters at which windows from byte `start` on begin. */
static size_t first_window(size_t start)
{
	return (start + 1) / 2;
}

static size_t last_window(const struct group *group, size_t start)
{
	return (start + group->stride) / 2;
}

static size_t sum_counts(const struct group *group, const struct literal *literal, size_t start,
			 GHashTable *counts)
{
	size_t sum = 0;

	for (size_t at = first_window(start); at <= last_window(group, start); at++) {
		uint64_t key = make_key(literal->text + at, group->characters);

		sum += GPOINTER_TO_UINT(g_hash_table_lookup(counts, &key));
	}
	return sum;
}

/*
 * Where in the literal the windows are best taken from: where it has least in common with
 * others. What many share ("microsoft-windows-", ".exe") logs are full of.
 */
static size_t choose_start(const struct group *group, const struct literal *literal,
			   GHashTable *counts)
{
	size_t starts = count_starts(group, literal->length), best = 0, lowest = SIZE_MAX;

	for (size_t start = 0; start + group->stride <= starts; start++) {
		size_t sum = sum_counts(group, literal, start, counts);

		if (sum < lowest) {
			lowest = sum;
			best = start;
		}
	}
	return best;
}

static void add_entry(struct group *group, uint32_t literal, size_t at)
{
	const char *text = g_array_index(group->literals, struct literal, literal).text;
	struct entry entry = {make_key(text + at, group->characters), literal, (uint32_t)at, 0};
	uint32_t hash = hash_key(entry.key);
	uint32_t *head = &group->heads[head_of(hash)];

	entry.next = *head;
	g_array_append_val(group->entries, entry);
	*head = group->entries->len;
	group->seen[hash / 64] |= 1ull << hash % 64;
}

static void fill_tables(struct group *group)
{
	g_autoptr(GHashTable) counts =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	group->stride = LONGEST_STRIDE;
	for (guint i = 0; i < group->literals->len; i++) {
		const struct literal *literal = &g_array_index(group->literals, struct literal, i);

		group->stride = MIN(group->stride, count_starts(group, literal->length));
	}
	count_keys(group, counts);
	for (guint i = 0; i < group->literals->len; i++) {
		const struct literal *literal = &g_array_index(group->literals, struct literal, i);
		size_t start = choose_start(group, literal, counts);

		for (size_t at = first_window(start); at <= last_window(group, start); at++)
			add_entry(group, i, at);
	}
}

static void clear_literal(gpointer literal)
{
	g_free(((struct literal *)literal)->text);
}

static struct group *group_new(size_t characters)
{
	struct group *group = g_new0(struct group, 1);

	group->literals = g_array_new(FALSE, FALSE, sizeof(struct literal));
	g_array_set_clear_func(group->literals, clear_literal);
	group->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
	group->characters = characters;
	return group;
}

static void add_literal(struct literals *literals, const char *text)
{
	struct literal literal = {g_ascii_strdown(text, -1), strlen(text)};
	size_t number = CLASSES - 1;

	while (number > 0 && literal.length < classes[number].from)
		number--;
	if (!literals->groups[number])
		literals->groups[number] = group_new(classes[number].characters);
	g_array_append_val(literals->groups[number]->literals, literal);
}

struct literals *literals_new(const GPtrArray *texts)
{
	struct literals *literals = g_new0(struct literals, 1);

	for (guint i = 0; i < texts->len; i++)
		add_literal(literals, texts->pdata[i]);
	for (size_t i = 0; i < CLASSES; i++)
		if (literals->groups[i])
			fill_tables(literals->groups[i]);
	return literals;
}

void literals_free(struct literals *literals)
{
	if (!literals)
		return;
	for (size_t i = 0; i < CLASSES; i++) {
		if (!literals->groups[i])
			continue;
		g_array_unref(literals->groups[i]->literals);
		g_array_unref(literals->groups[i]->entries);
		g_free(literals->groups[i]);
	}
	g_free(literals);
}

static bool stands_at(const struct literal *literal, const uint8_t *data, size_t size, size_t at)
{
	if (at > size || 2 * literal->length > size - at)
		return false;
	data += at;
	for (size_t i = 0; i < literal->length; i++)
		if (data[2 * i + 1] || g_ascii_tolower((char)data[2 * i]) != literal->text[i])
			return false;
	return true;
}

/* A window whose hash is known: is it a part of a literal that stands there? */
static bool verify(const struct group *group, uint64_t key, uint32_t hash, const uint8_t *data,
		   size_t size, size_t at)
{
	for (uint32_t index = group->heads[head_of(hash)]; index;) {
		const struct entry *entry = &g_array_index(group->entries, struct entry, index - 1);
		size_t before = 2 * (size_t)entry->at;

		if (entry->key == key && before <= at &&
		    stands_at(&g_array_index(group->literals, struct literal, entry->literal), data,
			      size, at - before))
			return true;
		index = entry->next;
	}
	return false;
}

static G_ALWAYS_INLINE inline uint64_t load(const uint8_t *data, size_t size)
{
	uint64_t bytes = 0;

	memcpy(&bytes, data, size);
	return GUINT64_FROM_LE(bytes);
}

/*
 * `width` is 2 bytes for each character of a window. One of the two bytes of each is zero in
 * ASCII text; which of them tells the parity. There is one branch only, and it is rarely taken.
 */
static G_ALWAYS_INLINE inline bool search(const struct group *group, size_t width,
					  const uint8_t *data, size_t size)
{
	const uint64_t used = UINT64_MAX >> (64 - 8 * width);
	const uint64_t high = 0xFF00FF00FF00FF00ull & used;
	const size_t stride = group->stride;

	for (size_t at = 0; at + width <= size; at += stride) {
		uint64_t key = load(data + at, width);
		unsigned odd = (key & high) != 0;
		uint32_t hash;

		key = key >> 8 * odd | (FOLD & used);
		hash = hash_key(key);
		if ((group->seen[hash / 64] >> hash % 64 & 1 & !(key & high)) &&
		    verify(group, key, hash, data, size, at + odd))
			return true;
	}
	return false;
}

bool literals_find(const struct literals *literals, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < CLASSES; i++) {
		const struct group *group = literals->groups[i];

		/* A width that the compiler knows is one load. */
		if (group && (group->characters == 2 ? search(group, 4, data, size)
						     : search(group, 8, data, size)))
			return true;
	}
	return false;
}

static bool is_disguise(const uint8_t *unit)
{
	return (unit[0] == 0x7F && unit[1] == 0x01) || (unit[0] == 0x2A && unit[1] == 0x21);
}

bool literals_may_be_disguised(const uint8_t *data, size_t size)
{
	size_t at = 0;

#ifdef __SSE2__
	/* The second byte decides: in text it is rarely one of the two. */
	for (; at + 17 <= size; at += 16) {
		__m128i low = _mm_loadu_si128((const __m128i *)(data + at));
		__m128i high = _mm_loadu_si128((const __m128i *)(data + at + 1));
		__m128i s = _mm_and_si128(_mm_cmpeq_epi8(low, _mm_set1_epi8(0x7F)),
					  _mm_cmpeq_epi8(high, _mm_set1_epi8(0x01)));
		__m128i k = _mm_and_si128(_mm_cmpeq_epi8(low, _mm_set1_epi8(0x2A)),
					  _mm_cmpeq_epi8(high, _mm_set1_epi8(0x21)));

		if (_mm_movemask_epi8(_mm_or_si128(s, k)))
			return true;
	}
#endif
	for (; at + 2 <= size; at++)
		if (is_disguise(data + at))
			return true;
	return false;
}
