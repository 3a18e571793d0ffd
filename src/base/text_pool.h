/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_TEXT_POOL_H
#define WH_BASE_TEXT_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/secret_hash.h"

struct arena;

/* Texts of an arena, each kept once: equal texts are the same pointer. */
struct text_pool {
	struct arena *arena; /* borrowed */
	const struct hash_secret *secret; /* borrowed */
	struct text_slot *slots;
	size_t count;
	size_t room; /* of slots, a power of two; 0 before the first text */
	uint64_t size; /* bytes that the texts and their slots take */
};

/* Borrows both, for as long as the pool is used. Release frees the table, not the texts. */
void text_pool_init(struct text_pool *pool, struct arena *arena, const struct hash_secret *secret);
void text_pool_release(struct text_pool *pool);

/* The one copy of `text`; NULL for NULL. */
const char *text_pool_keep(struct text_pool *pool, const char *text);

#endif
