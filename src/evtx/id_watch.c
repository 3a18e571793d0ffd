/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/id_watch.h"

#include "base/bytes.h"
#include "base/limits.h"

#define FIRST_NUMBER 8
#define LAST_NUMBER 16
#define FIRST_ID 24
#define LAST_ID 32

struct span {
	uint64_t first;
	uint64_t last;
};

/* An unused chunk has a first behind its last. */
static bool read_span(const struct chunk *chunk, size_t first, size_t last, struct span *out)
{
	return bytes_get_u64(chunk->data, chunk->size, first, &out->first) &&
	       bytes_get_u64(chunk->data, chunk->size, last, &out->last) &&
	       out->first <= out->last && out->last - out->first < WH_CHUNK_SIZE;
}

bool id_watch_take(struct id_watch *watch, const struct chunk *chunk, uint64_t *before,
		   uint64_t *inside)
{
	struct id_watch earlier = *watch;
	struct span numbers, ids;

	*watch = (struct id_watch){0};
	if (!read_span(chunk, FIRST_NUMBER, LAST_NUMBER, &numbers) ||
	    !read_span(chunk, FIRST_ID, LAST_ID, &ids))
		return false;
	*before = earlier.any && chunk->offset == earlier.next && ids.first > earlier.last
			  ? ids.first - earlier.last - 1
			  : 0;
	*inside = ids.last - ids.first > numbers.last - numbers.first
			  ? ids.last - ids.first - (numbers.last - numbers.first)
			  : 0;
	/* Most chunks have no gap, so most checksums need not be made. */
	if ((*before || *inside) && !chunk_has_sound_header(chunk->data, chunk->size))
		return false;
	*watch = (struct id_watch){ids.last, chunk->offset + WH_CHUNK_SIZE, true};
	return *before || *inside;
}
