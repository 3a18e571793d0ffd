/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_ARENA_H
#define WH_BASE_ARENA_H

#include <stddef.h>

/* Memory that is handed out piece by piece and taken back all at once. */
struct arena {
	struct arena_block *block; /* newest first */
};

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);

/* Takes everything back; one block stays for the next round. */
void arena_clear(struct arena *arena);

/* `size` bytes, 8-byte aligned, not cleared; aborts when memory is out, as GLib does. */
void *arena_alloc(struct arena *arena, size_t size);

/* Gives back what is behind the first `size` bytes of the piece handed out last. */
void arena_trim(struct arena *arena, const void *last, size_t size);

/* A NUL-terminated copy of `length` bytes. */
char *arena_copy(struct arena *arena, const char *text, size_t length);

#endif
