/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

#define FIRST_BLOCK 16384

struct arena_block {
	struct arena_block *older;
	size_t size;
	size_t used;
	uint64_t bytes[];
};

void arena_init(struct arena *arena)
{
	arena->block = NULL;
}

static void free_older(struct arena_block *block)
{
	while (block) {
		struct arena_block *older = block->older;

		g_free(block);
		block = older;
	}
}

void arena_release(struct arena *arena)
{
	free_older(arena->block);
	arena->block = NULL;
}

void arena_clear(struct arena *arena)
{
	if (!arena->block)
		return;
	free_older(arena->block->older);
	arena->block->older = NULL;
	arena->block->used = 0;
}

size_t arena_get_size(const struct arena *arena)
{
	size_t size = 0;

	for (const struct arena_block *block = arena->block; block; block = block->older)
		size += block->used;
	return size;
}

static size_t round_up(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->block;
	size_t rounded = round_up(size);

	if (!block || rounded > block->size - block->used) {
		size_t room = block ? block->size * 2 : FIRST_BLOCK;

		room = MAX(room, rounded);
		block = g_malloc(sizeof(*block) + room);
		block->older = arena->block;
		block->size = room;
		block->used = 0;
		arena->block = block;
	}
	block->used += rounded;
	return (uint8_t *)block->bytes + block->used - rounded;
}

void arena_trim(struct arena *arena, const void *last, size_t size)
{
	struct arena_block *block = arena->block;

	block->used = (size_t)((const uint8_t *)last - (uint8_t *)block->bytes) + round_up(size);
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}
