/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CIMGEN_INDEX_PAGES_H
#define WH_CIMGEN_INDEX_PAGES_H

#include "object_pages.h"

/* The keys of INDEX.BTR, and the tree that a checkpoint makes of them. */
struct index_pages {
	enum repository_layout layout;
	uint64_t keys_per_page;
	struct paged_file pages;
	GHashTable *places; /* key without its place → struct record_place */
	uint32_t root; /* of the tree that was written last */
};

bool index_pages_open(struct index_pages *index, enum repository_layout layout,
		      uint64_t keys_per_page, const char *path, uint32_t checkpoint, bool reuse,
		      GError **error);
bool index_pages_close(struct index_pages *index, GError **error);

/* Takes the key. NULL as a place: a key that names no record. */
void index_pages_add(struct index_pages *index, char *key, const struct record_place *place);
/* False when there is no such key; *out is set otherwise. */
bool index_pages_remove(struct index_pages *index, const char *key, struct record_place *out);
/* Removes a key that ends so, whose record was to be removed with it. False when there is none. */
bool index_pages_remove_end(struct index_pages *index, const char *end, struct record_place *out);

/* Writes the tree; pages that stay as they were are not written again. */
bool index_pages_write(struct index_pages *index, GError **error);

#endif
