/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_INDEX_TREE_H
#define WH_REPOSITORY_INDEX_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "repository/name_hash.h"
#include "repository/page_file.h"
#include "repository/page_map.h"

enum index_key_kind {
	KEY_OTHER, /* references, and what is not needed */
	KEY_CLASS, /* a class's definition */
	KEY_INSTANCE, /* an instance, under its own class */
};

/* What a key of INDEX.BTR says. */
struct index_key {
	enum index_key_kind kind;
	struct name_hash key_namespace; /* of its full path */
	struct name_hash class_hash;
	struct name_hash key; /* of the instance's key properties */
	uint32_t page; /* logical, of OBJECTS.DATA */
	uint32_t record; /* its number there */
	uint32_t size; /* of it */
};

/* One page of keys; borrowed from the page's bytes. */
struct index_page {
	const uint8_t *page;
	uint32_t logical; /* its own number, as it says itself */
	uint32_t admin_root; /* where it is the first page of Windows XP */
	bool is_admin; /* no keys, but the root */
	uint32_t count; /* of keys */
	size_t children; /* offsets of the tables in the page */
	size_t starts;
	size_t words;
	uint32_t word_count;
	size_t offsets;
	uint32_t string_count;
	size_t strings;
};

/* False for a page whose tables do not lie in it. */
bool index_page_read(const uint8_t *page, struct index_page *out);

uint32_t index_page_get_child(const struct index_page *page, uint32_t number);

/* What the key says; `digits` of a hash: 32 or 64. False for a key that is none. */
bool index_page_get_key(const struct index_page *page, uint32_t number, unsigned digits,
			struct index_key *out);

/* Keys that are found in a walk, and pages of the file that are damaged. */
struct index_calls {
	void (*take)(void *context, const struct index_key *key);
	/* May be NULL. */
	void (*damaged)(void *context, uint32_t physical);
	void *context;
};

/*
 * Takes each key of the tree once, in no order. Where a page is damaged, also those of all mapped
 * pages that the walk did not come to. False when there was damage.
 */
bool index_walk(struct page_file *file, const struct page_map *map, unsigned digits,
		const struct index_calls *calls);

/* Takes the keys of the pages that no map in use names: of deleted objects. */
void index_read_page(struct page_file *file, uint32_t physical, unsigned digits,
		     const struct index_calls *calls);

#endif
