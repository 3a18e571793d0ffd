/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_CHUNK_H
#define WH_EVTX_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "input/stream.h"

/*
 * A 64 KiB chunk, or what the end of the stream left of one. Format: libyal,
 * "Windows XML Event Log (EVTX) format", chunk header: magic "ElfChnk\0" at 0,
 * last record offset at 44, free space offset at 48; records from 512.
 */
struct chunk {
	const uint8_t *data;
	size_t size; /* WH_CHUNK_SIZE, or less when cut off */
	uint64_t offset; /* in the stream */
};

/* One record inside a chunk, framing checked or repaired. */
struct record {
	uint32_t offset; /* in the chunk */
	uint32_t size; /* with header (24 bytes) and the size copy at the end (4) */
	uint64_t id; /* the header's */
	uint64_t time; /* FILETIME of writing */
	bool uncounted; /* it stands after the end that the chunk header gives */
};

#define WH_RECORDS_OFFSET 512
#define WH_RECORD_HEADER 24
#define WH_RECORD_MINIMUM 28
#define WH_RECORD_PADDING 8 /* the most between the values of an event and the size copy */
#define WH_MAGIC_SIZE 8 /* of a chunk or a file header */

/* True when `data` begins like a log: a file header, a chunk, or a chunk after at most 4 KiB
 * of whatever a damaged file header left. */
bool evtx_is_log(const uint8_t *data, size_t size);

/* True when `data` begins with a file header. */
bool evtx_has_file_header(const uint8_t *data, size_t size);

/* Where the next chunk begins, or the next chunk or file header; `size` when none does. */
size_t chunk_find_magic(const uint8_t *data, size_t size);
size_t chunk_find_log_magic(const uint8_t *data, size_t size);

/* How much of the chunk that the reader stands at is its own: up to 64 KiB, fewer when the
 * stream ends or bytes of it are lost. */
size_t chunk_own_size(struct reader *reader);

/* Does a chunk's header have its right checksum? */
bool chunk_has_sound_header(const uint8_t *data, size_t size);

/* Does the checksum in it fit the records, up to the end that the header gives? */
bool chunk_has_sound_records(const uint8_t *data, size_t size);

/* Where the bytes end that the chunk's checksums vouch for; 0 when they are not right. */
size_t chunk_get_vouched_end(const uint8_t *data, size_t size);

/* Does so long a run of zeros stand in these bytes of a chunk as a failing disk leaves? */
bool chunk_has_lost_bytes(const uint8_t *data, size_t size);

/* Finds the chunks of a stream; file headers and unused space are stepped over. */
struct chunk_stream {
	struct reader *reader;
	const struct fault_sink *faults;
	size_t pending; /* bytes of the chunk handed out last */
	/* May be NULL, set it after init: told each file header, `size` of its bytes, at `offset`
	 * of the stream. */
	void (*at_header)(void *context, const uint8_t *header, size_t size, uint64_t offset);
	void *context;
	uint64_t end; /* chunks that begin there or later are left; UINT64_MAX after init */
};

void chunk_stream_init(struct chunk_stream *chunks, struct reader *reader,
		       const struct fault_sink *faults);

/* The next chunk, valid until the next call. Bytes that belong to no chunk, and a chunk
 * that the end cuts off, are faults. False at the end. */
bool chunk_stream_next(struct chunk_stream *chunks, struct chunk *out);

/* Walks the records of a chunk in order. */
struct record_walk {
	const struct chunk *chunk;
	uint32_t offset;
	uint32_t end; /* of the records, as the chunk header says */
	uint64_t last_id;
	bool any;
	/* Only records that go on with the numbering are the chunk's own: where pages of
	 * another one may stand in it. Set it after init. */
	bool numbered;
};

void record_walk_init(struct record_walk *walk, const struct chunk *chunk);

/*
 * The next record. Damage between two records becomes one fault in *fault (what is NULL when
 * there is none; offset counts from the start of the stream) and the walk goes on after it.
 * A record whose size alone is damaged comes with a fault and a size up to the next record.
 * False at the end; *fault may be set then too.
 */
bool record_walk_next(struct record_walk *walk, struct record *out, struct fault *fault);

/* The first record with a whole framing that begins in [from, end); it may reach beyond `end`. */
bool chunk_find_record(const struct chunk *chunk, uint32_t from, uint32_t end, struct record *out);

#endif
