/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_ARENA_H
#define WH_BASE_ARENA_H

#include <stddef.h>

/* Memory that is handed out piece by piece and taken back all at once; no piece is freed by itself.
 */
struct arena {
	struct arena_block *block; /* newest first */
};

/* An empty arena has no memory yet. Release frees all pieces. */
void arena_init(struct arena *arena);
void arena_release(struct arena *arena);

/* Takes everything back; one block stays for the next round. */
void arena_clear(struct arena *arena);

/* How many bytes are handed out, about. */
size_t arena_get_size(const struct arena *arena);

/* `size` bytes, 8-byte aligned, not cleared; aborts when memory is out, as GLib does. */
void *arena_alloc(struct arena *arena, size_t size);

/* Shortens `last`, which must be the piece handed out last, to its first `size` bytes. */
void arena_trim(struct arena *arena, const void *last, size_t size);

/* A NUL-terminated copy of `length` bytes, owned by the arena. */
char *arena_copy(struct arena *arena, const char *text, size_t length);

#endif
