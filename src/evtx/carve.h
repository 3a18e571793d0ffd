/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_CARVE_H
#define WH_EVTX_CARVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "evtx/chunk.h"
#include "input/stream.h"

/* A chunk, and what stands around it says of it. */
struct carved {
	struct chunk chunk;
	bool in_place; /* where a log that begins with a file header has its chunks */
	bool has_header; /* else the place alone tells that this is a chunk */
};

/*
 * Finds chunks at any offset of any bytes: a disk image, a page file, a memory dump, or a
 * log. `in_log` tells that the stream begins with a file header. Bytes between chunks are no
 * fault; a chunk that ends early, or whose header is gone, is one.
 */
struct carver {
	struct reader *reader;
	const struct fault_sink *faults;
	bool in_log;
	size_t pending; /* bytes of the chunk handed out last */
};

void carver_init(struct carver *carver, struct reader *reader, bool in_log,
		 const struct fault_sink *faults);

/*
 * The next chunk, valid until the next call; false at the end. In place it is what
 * chunk_stream_next() gives; elsewhere the next magic ends it, unless its own checksum
 * covers that.
 */
bool carver_next(struct carver *carver, struct carved *out);

#endif
