/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree is built anew for each checkpoint, from the leaves up: keys fill a leaf, the next one
 * parts it from the leaf to its right and goes to the level above, which is filled in the same way.
 * In v6 the right-most leaf is logical page 0, as on Windows, where readers that take 0 for "no
 * child" miss it; in XP page 0 names the root.
 */
#include "index_pages.h"

#include <string.h>

#include "base/bytes.h"

#define WH_INDEX_PAGE 0xacccu
#define WH_INDEX_ADMIN 0xadddu

/* A page of the tree before it has bytes. */
struct index_node {
	GPtrArray *keys; /* borrowed */
	GArray *children; /* uint32_t: node numbers; empty in a leaf */
	uint32_t page;
};

/* Strings of one page, each once; and its size. */
struct node_strings {
	GHashTable *numbers; /* string → number + 1 */
	GPtrArray *strings;
	size_t size;
};

static void free_node(gpointer node)
{
	g_ptr_array_unref(((struct index_node *)node)->keys);
	g_array_unref(((struct index_node *)node)->children);
	g_free(node);
}

bool index_pages_open(struct index_pages *index, enum repository_layout layout,
		      uint64_t keys_per_page, const char *path, uint32_t checkpoint, bool reuse,
		      GError **error)
{
	index->layout = layout;
	index->keys_per_page = keys_per_page;
	index->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return paged_file_open(&index->pages, path, checkpoint, reuse, error);
}

bool index_pages_close(struct index_pages *index, GError **error)
{
	g_hash_table_unref(index->places);
	return paged_file_close(&index->pages, error);
}

void index_pages_add(struct index_pages *index, char *key, const struct record_place *place)
{
	static const struct record_place nowhere;

	g_hash_table_replace(index->places, key,
			     g_memdup2(place != NULL ? place : &nowhere, sizeof nowhere));
}

bool index_pages_remove(struct index_pages *index, const char *key, struct record_place *out)
{
	const struct record_place *place = g_hash_table_lookup(index->places, key);

	if (place == NULL)
		return false;
	*out = *place;
	return g_hash_table_remove(index->places, key);
}

bool index_pages_remove_end(struct index_pages *index, const char *end, struct record_place *out)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, index->places);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (g_str_has_suffix(key, end))
			return index_pages_remove(index, key, out);
	return false;
}

static int compare_keys(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *sort_keys(const struct index_pages *index)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, index->places);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const struct record_place *place = value;

		g_ptr_array_add(keys, place->id == 0 ? g_strdup(key)
						     : g_strdup_printf("%s.%u.%u.%u", (char *)key,
								       place->page, place->id,
								       place->size));
	}
	g_ptr_array_sort(keys, compare_keys);
	return keys;
}

static void strings_init(struct node_strings *strings)
{
	strings->numbers = g_hash_table_new(g_str_hash, g_str_equal);
	strings->strings = g_ptr_array_new_with_free_func(g_free);
	/* Head, one child, and the two tables' counts and last offset. */
	strings->size = 20 + 4 + 2 + 4;
}

static void strings_release(struct node_strings *strings)
{
	g_hash_table_unref(strings->numbers);
	g_ptr_array_unref(strings->strings);
}

/* Adds a key's strings; their numbers go to `out`. */
static void strings_add(struct node_strings *strings, const char *key, GArray *out)
{
	g_auto(GStrv) parts = g_strsplit(key, "\\", -1);
	uint16_t count = (uint16_t)g_strv_length(parts);

	strings->size += 4 + 4 + 2 + 2 + 2u * count;
	g_array_append_val(out, count);
	for (guint i = 0; i < count; i++) {
		guint number = GPOINTER_TO_UINT(g_hash_table_lookup(strings->numbers, parts[i]));
		uint16_t at = (uint16_t)(number - 1);

		if (number == 0) {
			char *string = g_strdup(parts[i]);

			at = (uint16_t)strings->strings->len;
			g_ptr_array_add(strings->strings, string);
			g_hash_table_insert(strings->numbers, string, GUINT_TO_POINTER(at + 1u));
			strings->size += 2 + strlen(string) + 1;
		}
		g_array_append_val(out, at);
	}
}

static uint8_t *put_u16s(uint8_t *at, const GArray *values)
{
	for (guint i = 0; i < values->len; i++, at += 2)
		bytes_put_u16(at, g_array_index(values, uint16_t, i));
	return at;
}

static uint8_t *put_strings(uint8_t *at, const GPtrArray *strings)
{
	uint16_t offset = 0;

	bytes_put_u16(at, (uint16_t)strings->len);
	at += 2;
	for (guint i = 0; i < strings->len; i++, at += 2) {
		bytes_put_u16(at, offset);
		offset = (uint16_t)(offset + strlen(strings->pdata[i]) + 1);
	}
	bytes_put_u16(at, offset);
	at += 2;
	for (guint i = 0; i < strings->len; i++)
		at = (uint8_t *)g_stpcpy((char *)at, strings->pdata[i]) + 1;
	return at;
}

static uint8_t *put_children(const struct index_pages *index, const GPtrArray *nodes,
			     const struct index_node *node, uint8_t *at)
{
	for (guint i = 0; i <= node->keys->len; i++, at += 4) {
		uint32_t child = index->layout == LAYOUT_XP ? 0 : WH_NO_PAGE;

		if (node->children->len > 0) {
			const struct index_node *below =
				nodes->pdata[g_array_index(node->children, uint32_t, i)];
			child = below->page;
		}
		bytes_put_u32(at, child);
	}
	return at;
}

static void fill_page(const struct index_pages *index, const GPtrArray *nodes,
		      const struct index_node *node, uint8_t *page)
{
	g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(uint16_t));
	g_autoptr(GArray) starts = g_array_new(FALSE, FALSE, sizeof(uint16_t));
	struct node_strings strings;
	uint8_t *at = page + 20 + 4 * node->keys->len;

	strings_init(&strings);
	for (guint i = 0; i < node->keys->len; i++) {
		uint16_t start = (uint16_t)words->len;

		g_array_append_val(starts, start);
		strings_add(&strings, node->keys->pdata[i], words);
	}
	bytes_put_u32(page, WH_INDEX_PAGE);
	bytes_put_u32(page + 4, node->page);
	bytes_put_u32(page + 16, node->keys->len);
	at = put_u16s(put_children(index, nodes, node, at), starts);
	bytes_put_u16(at, (uint16_t)words->len);
	put_strings(put_u16s(at + 2, words), strings.strings);
	strings_release(&strings);
}

/* Takes keys from *next on, as many as a page is to hold. */
static struct index_node *fill_node(const struct index_pages *index, const GPtrArray *keys,
				    const GArray *children, guint *next)
{
	struct index_node *node = g_new0(struct index_node, 1);
	g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(uint16_t));
	struct node_strings strings;
	guint first = *next;

	node->keys = g_ptr_array_new();
	node->children = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	strings_init(&strings);
	while (*next < keys->len && node->keys->len < index->keys_per_page) {
		strings_add(&strings, keys->pdata[*next], words);
		if (strings.size > WH_PAGE_SIZE)
			break;
		g_ptr_array_add(node->keys, keys->pdata[(*next)++]);
	}
	strings_release(&strings);
	/* No page to the right would be left with no key. */
	if (*next + 1 == keys->len) {
		g_ptr_array_remove_index(node->keys, node->keys->len - 1);
		--*next;
	}
	if (children != NULL)
		g_array_append_vals(node->children, &g_array_index(children, uint32_t, first),
				    node->keys->len + 1);
	return node;
}

/* One level: nodes of `keys`; the keys between them, and the nodes, go to the level above. */
static void add_level(const struct index_pages *index, GPtrArray *nodes, const GPtrArray *keys,
		      const GArray *children, GPtrArray *parting, GArray *made)
{
	guint next = 0;

	do {
		uint32_t number = nodes->len;

		g_ptr_array_add(nodes, fill_node(index, keys, children, &next));
		g_array_append_val(made, number);
		if (next < keys->len)
			g_ptr_array_add(parting, keys->pdata[next]);
	} while (next++ < keys->len);
}

/* The root comes last. */
static GPtrArray *build_tree(const struct index_pages *index, const GPtrArray *keys)
{
	GPtrArray *nodes = g_ptr_array_new_with_free_func(free_node);
	g_autoptr(GPtrArray) level = g_ptr_array_new();
	g_autoptr(GArray) children = NULL;
	guint leaves = 0;

	for (guint i = 0; i < keys->len; i++)
		g_ptr_array_add(level, keys->pdata[i]);
	do {
		GPtrArray *parting = g_ptr_array_new();
		GArray *made = g_array_new(FALSE, FALSE, sizeof(uint32_t));

		add_level(index, nodes, level, children, parting, made);
		if (children == NULL)
			leaves = nodes->len;
		g_clear_pointer(&children, g_array_unref);
		g_ptr_array_unref(level);
		level = parting;
		children = made;
	} while (children->len > 1);
	for (guint i = 0; i < nodes->len; i++)
		((struct index_node *)nodes->pdata[i])->page = i + 1;
	if (index->layout == LAYOUT_V6) {
		for (guint i = leaves; i < nodes->len; i++)
			((struct index_node *)nodes->pdata[i])->page = i;
		((struct index_node *)nodes->pdata[leaves - 1])->page = 0;
	}
	return nodes;
}

static bool write_changed(struct index_pages *index, uint32_t logical, const uint8_t *page,
			  GError **error)
{
	uint8_t before[WH_PAGE_SIZE];

	while (logical >= index->pages.entries->len)
		paged_file_add(&index->pages);
	if (!paged_file_read(&index->pages, logical, before, error))
		return false;
	return memcmp(before, page, WH_PAGE_SIZE) == 0 ||
	       paged_file_write(&index->pages, logical, page, 0, error);
}

static bool write_admin(struct index_pages *index, GError **error)
{
	uint8_t page[WH_PAGE_SIZE] = {0};

	bytes_put_u32(page, WH_INDEX_ADMIN);
	bytes_put_u32(page + 12, index->root);
	return write_changed(index, 0, page, error);
}

bool index_pages_write(struct index_pages *index, GError **error)
{
	g_autoptr(GPtrArray) keys = sort_keys(index);
	g_autoptr(GPtrArray) nodes = build_tree(index, keys);
	uint32_t last = index->layout == LAYOUT_XP ? nodes->len : nodes->len - 1;

	for (guint i = 0; i < nodes->len; i++) {
		const struct index_node *node = nodes->pdata[i];
		uint8_t page[WH_PAGE_SIZE] = {0};

		fill_page(index, nodes, node, page);
		if (!write_changed(index, node->page, page, error))
			return false;
		index->root = node->page;
	}
	for (uint32_t page = last + 1; page < index->pages.entries->len; page++)
		paged_file_unmap(&index->pages, page);
	return index->layout != LAYOUT_XP || write_admin(index, error);
}
