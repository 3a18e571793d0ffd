/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/index_tree.h"

#include <glib.h>

#include "base/bytes.h"

#define PAGE_LIVE 0xACCCu
#define PAGE_ADMIN 0xADDDu
#define HEAD_SIZE 20
#define MAX_PARTS 4

static uint32_t get_u32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return le32toh(value);
}

static uint16_t get_u16(const uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return le16toh(value);
}

bool index_page_read(const uint8_t *page, struct index_page *out)
{
	uint32_t magic = get_u32(page), count = get_u32(page + 16);
	uint16_t words, strings;
	size_t at = HEAD_SIZE;

	*out = (struct index_page){.page = page,
				   .logical = get_u32(page + 4),
				   .admin_root = get_u32(page + 12),
				   .is_admin = magic == PAGE_ADMIN};
	if (out->is_admin)
		return true;
	if (magic != PAGE_LIVE || count > WH_MAX_INDEX_KEYS)
		return false;
	out->count = count;
	out->children = at + 4 * count;
	out->starts = out->children + 4 * (count + 1);
	at = out->starts + 2 * count;
	if (!bytes_get_u16(page, WH_CIM_PAGE, at, &words))
		return false;
	out->words = at + 2;
	out->word_count = words;
	at += 2 + 2 * (size_t)words;
	if (!bytes_get_u16(page, WH_CIM_PAGE, at, &strings))
		return false;
	out->offsets = at + 2;
	out->string_count = strings;
	out->strings = at + 2 + 2 * ((size_t)strings + 1);
	return out->strings <= WH_CIM_PAGE;
}

uint32_t index_page_get_child(const struct index_page *page, uint32_t number)
{
	return get_u32(page->page + page->children + 4 * (size_t)number);
}

static const char *get_string(const struct index_page *page, uint32_t number, size_t *length)
{
	const char *text, *end;
	size_t at;

	if (number >= page->string_count)
		return NULL;
	at = page->strings + get_u16(page->page + page->offsets + 2 * (size_t)number);
	if (at >= WH_CIM_PAGE)
		return NULL;
	text = (const char *)page->page + at;
	end = memchr(text, '\0', WH_CIM_PAGE - at);
	*length = end ? (size_t)(end - text) : 0;
	return end ? text : NULL;
}

/* A hash after its mark ("NS_"), and where it ends. */
static bool take_hash(const char *text, size_t length, const char *mark, unsigned digits,
		      struct name_hash *out)
{
	return length >= 3 + digits && memcmp(text, mark, 3) == 0 &&
	       name_hash_parse(text + 3, digits, out);
}

static bool take_number(const char **at, const char *end, uint32_t *out)
{
	const char *begin;
	uint64_t value = 0;

	if (*at == end || **at != '.')
		return false;
	for (begin = ++*at; *at < end && g_ascii_isdigit(**at) && value <= UINT32_MAX; ++*at)
		value = value * 10 + (uint64_t)(**at - '0');
	*out = (uint32_t)value;
	return *at > begin && value <= UINT32_MAX;
}

/* ".P.R.S" */
static bool take_place(const char *at, const char *end, struct index_key *out)
{
	return take_number(&at, end, &out->page) && take_number(&at, end, &out->record) &&
	       take_number(&at, end, &out->size) && at == end;
}

static bool read_parts(const char *const *parts, const size_t *lengths, unsigned count,
		       unsigned digits, struct index_key *out)
{
	if (!take_hash(parts[0], lengths[0], "NS_", digits, &out->key_namespace) ||
	    lengths[0] != 3 + digits)
		return false;
	if (count == 2 && take_hash(parts[1], lengths[1], "CD_", digits, &out->class_hash)) {
		out->kind = KEY_CLASS;
		return take_place(parts[1] + 3 + digits, parts[1] + lengths[1], out);
	}
	if (count == 3 && take_hash(parts[1], lengths[1], "CI_", digits, &out->class_hash) &&
	    take_hash(parts[2], lengths[2], "IL_", digits, &out->key)) {
		out->kind = KEY_INSTANCE;
		return take_place(parts[2] + 3 + digits, parts[2] + lengths[2], out);
	}
	return true;
}

bool index_page_get_key(const struct index_page *page, uint32_t number, unsigned digits,
			struct index_key *out)
{
	size_t start = get_u16(page->page + page->starts + 2 * (size_t)number);
	const uint8_t *words = page->page + page->words + 2 * start;
	const char *parts[MAX_PARTS];
	size_t lengths[MAX_PARTS];
	uint16_t count;

	memset(out, 0, sizeof(*out));
	if (start >= page->word_count)
		return false;
	count = get_u16(words);
	if (count < 2 || count > page->word_count - start - 1)
		return false;
	if (count > MAX_PARTS)
		return true;
	for (uint16_t i = 0; i < count; i++) {
		parts[i] = get_string(page, get_u16(words + 2 + 2 * i), &lengths[i]);
		if (!parts[i])
			return false;
	}
	/* Most keys are of kinds that are not needed. */
	if (lengths[1] < 3 || (memcmp(parts[1], "CD_", 3) != 0 && memcmp(parts[1], "CI_", 3) != 0))
		return true;
	return read_parts(parts, lengths, count, digits, out);
}

/* False when one is damaged. */
static bool take_keys(const struct index_page *page, unsigned digits,
		      const struct index_calls *calls)
{
	bool ok = true;

	for (uint32_t i = 0; i < page->count; i++) {
		struct index_key key;

		if (!index_page_get_key(page, i, digits, &key))
			ok = false;
		else if (key.kind != KEY_OTHER)
			calls->take(calls->context, &key);
	}
	return ok;
}

/* A walk over a tree. */
struct index_walking {
	struct page_file *file;
	const struct page_map *map;
	unsigned digits;
	const struct index_calls *calls;
	uint8_t *seen; /* a bit for each logical page */
	GArray *waiting; /* uint32_t: logical pages */
	bool ok;
};

static void report_damage(struct index_walking *walking, uint32_t logical)
{
	walking->ok = false;
	if (walking->calls->damaged)
		walking->calls->damaged(walking->calls->context,
					page_map_find(walking->map, logical));
}

/* In the later form logical page 0 is a leaf like others. */
static bool is_no_child(const struct index_walking *walking, uint32_t child)
{
	return child == (walking->map->is_xp ? 0 : UINT32_MAX);
}

/* Each page once, however many name it. */
static void push(struct index_walking *walking, uint32_t logical)
{
	if (logical >= walking->map->count) {
		walking->ok = false;
	} else if (!(walking->seen[logical / 8] & 1 << logical % 8)) {
		walking->seen[logical / 8] |= (uint8_t)(1 << logical % 8);
		g_array_append_val(walking->waiting, logical);
	}
}

static void visit(struct index_walking *walking, uint32_t logical)
{
	uint32_t physical = page_map_find(walking->map, logical);
	const uint8_t *bytes =
		physical == WH_NO_PAGE ? NULL : page_file_get(walking->file, physical);
	struct index_page page;
	bool fits;

	if (!bytes || !index_page_read(bytes, &page) || page.is_admin) {
		report_damage(walking, logical);
		return;
	}
	fits = page_map_fits(walking->map, logical, bytes) && page.logical == logical;
	if (!take_keys(&page, walking->digits, walking->calls) || !fits)
		report_damage(walking, logical);
	for (uint32_t i = page.count + 1; i-- > 0;) {
		uint32_t child = index_page_get_child(&page, i);

		if (!is_no_child(walking, child))
			push(walking, child);
	}
}

static uint32_t find_root(struct index_walking *walking)
{
	const uint8_t *bytes;
	struct index_page page;

	if (!walking->map->is_xp)
		return walking->map->root;
	bytes = page_map_find(walking->map, 0) == WH_NO_PAGE
			? NULL
			: page_file_get(walking->file, page_map_find(walking->map, 0));
	return bytes && index_page_read(bytes, &page) && page.is_admin ? page.admin_root
								       : UINT32_MAX;
}

/* What no page that can be read leads to. */
static void visit_rest(struct index_walking *walking)
{
	for (uint32_t i = 0; i < walking->map->count; i++) {
		uint32_t physical = walking->map->physical[i];
		const uint8_t *bytes;
		struct index_page page;

		if (physical == WH_NO_PAGE || walking->seen[i / 8] & 1 << i % 8)
			continue;
		bytes = page_file_get(walking->file, physical);
		if (bytes && index_page_read(bytes, &page) && !page.is_admin && page.logical == i &&
		    page_map_fits(walking->map, i, bytes))
			take_keys(&page, walking->digits, walking->calls);
	}
}

bool index_walk(struct page_file *file, const struct page_map *map, unsigned digits,
		const struct index_calls *calls)
{
	struct index_walking walking = {.file = file,
					.map = map,
					.digits = digits,
					.calls = calls,
					.seen = g_malloc0(map->count / 8 + 1),
					.waiting = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
					.ok = true};

	push(&walking, find_root(&walking));
	while (walking.waiting->len) {
		uint32_t logical =
			g_array_index(walking.waiting, uint32_t, walking.waiting->len - 1);

		g_array_set_size(walking.waiting, walking.waiting->len - 1);
		visit(&walking, logical);
	}
	if (!walking.ok)
		visit_rest(&walking);
	g_array_unref(walking.waiting);
	g_free(walking.seen);
	return walking.ok;
}

void index_read_page(struct page_file *file, uint32_t physical, unsigned digits,
		     const struct index_calls *calls)
{
	const uint8_t *bytes = page_file_get(file, physical);
	struct index_page page;

	if (bytes && index_page_read(bytes, &page) && !page.is_admin)
		take_keys(&page, digits, calls);
}
