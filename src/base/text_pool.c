/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text_pool.h"

#include <glib.h>
#include <string.h>

#include "base/arena.h"

#define FIRST_ROOM 256

struct text_slot {
	const char *text; /* NULL: free */
	uint64_t hash;
};

void text_pool_init(struct text_pool *pool, struct arena *arena, const struct hash_secret *secret)
{
	*pool = (struct text_pool){.arena = arena, .secret = secret};
}

void text_pool_release(struct text_pool *pool)
{
	g_free(pool->slots);
}

/* The slot that holds the text, or the free one where it belongs. */
static struct text_slot *find_slot(const struct text_pool *pool, const char *text, uint64_t hash)
{
	size_t at = (size_t)hash & (pool->room - 1);

	while (pool->slots[at].text &&
	       (pool->slots[at].hash != hash || strcmp(pool->slots[at].text, text) != 0))
		at = (at + 1) & (pool->room - 1);
	return &pool->slots[at];
}

static void grow(struct text_pool *pool)
{
	struct text_slot *old = pool->slots;
	size_t room = pool->room;

	pool->room = room ? room * 2 : FIRST_ROOM;
	pool->slots = g_new0(struct text_slot, pool->room);
	for (size_t i = 0; i < room; i++)
		if (old[i].text)
			*find_slot(pool, old[i].text, old[i].hash) = old[i];
	g_free(old);
}

const char *text_pool_keep(struct text_pool *pool, const char *text)
{
	struct text_slot *slot;
	size_t length;
	uint64_t hash;

	if (!text)
		return NULL;
	if (pool->count >= pool->room / 4 * 3)
		grow(pool);
	length = strlen(text);
	hash = secret_hash(pool->secret, text, length);
	slot = find_slot(pool, text, hash);
	if (!slot->text) {
		*slot = (struct text_slot){arena_copy(pool->arena, text, length), hash};
		pool->count++;
		pool->size += length + 1 + 2 * sizeof(*slot);
	}
	return slot->text;
}
