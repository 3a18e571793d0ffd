/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_SLICE_H
#define WH_ARCHIVE_SLICE_H

#include "archive/layer.h"
#include "archive/unpack.h"

/* A part of a stream, as a layer. */
struct slice {
	struct layer layer;
	struct stream *whole;
	uint64_t begin;
	uint64_t size;
	bool in_order; /* still read by the stream's own read() */
	const struct unpack_calls *calls; /* whose progress() is called; NULL: no one's */
};

/* Bytes [begin, end) of a stream with read_at. Borrows it and its names. */
void slice_init(struct slice *slice, struct stream *whole, uint64_t begin, uint64_t end,
		const struct fault_sink *faults);

/* All of any stream that stands at its start: by read() as long as that will do. */
void slice_init_whole(struct slice *slice, struct stream *whole, const struct fault_sink *faults);

#endif
