/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_LOG_CHECK_H
#define WH_EVTX_LOG_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "evtx/chunk_check.h"
#include "input/stream.h"

/* What a file header says. */
struct log_header {
	uint64_t counted; /* chunks */
	uint64_t next_id;
	bool is_count_short; /* the count has 16 bits only */
	bool is_open; /* the log was not closed */
	bool is_full; /* nothing more fits into it */
};

/* How much of a file header is used. */
#define WH_LOG_HEADER_USED 128

/* False when the header (`size` of it is there) is cut off or has a wrong checksum. */
bool log_header_read(const uint8_t *header, size_t size, struct log_header *out);

/* What the check needs to know of a chunk. */
struct log_chunk {
	uint64_t offset; /* in the stream */
	struct chunk_ids ids; /* of its records; none when it lost its header */
	bool is_damaged; /* identifiers may lack that are reported elsewhere */
};

/*
 * A log's word against what was read of it: the file header counts the chunks and tells the next
 * identifier, and identifiers go on from chunk to chunk; only where a log wraps around do they
 * fall, once, and then its first chunk goes on where its last one ends. Zeros stand after all
 * chunks, never where identifiers leap or before the first. What a log that was not closed (the
 * dirty flag) says is old: there can be more than it counts, never less. Each difference is a fault
 * with numbers. None of 1,079 real logs that are whole differs.
 */
struct log_check {
	const struct fault_sink *faults;
	const struct stream *stream;
	bool has_header; /* a file header was seen, with its right checksum */
	struct log_header header; /* open, when nothing is known of it */
	uint64_t offset; /* of the file header */

	uint64_t chunks;
	uint64_t first_id; /* of the first chunk with records */
	uint64_t last_id; /* of the chunk before */
	uint64_t last_hidden_id; /* of it, see struct chunk_ids */
	uint64_t highest_id;
	uint64_t next_offset; /* after the chunk before */
	uint64_t hole, hole_end; /* the first place where chunks must have been; 0: none */
	bool any; /* some chunk had records */
	bool is_damaged; /* some chunk is */
	bool any_before; /* the chunk before had */
	unsigned falls; /* times that identifiers fell from chunk to chunk */
};

/* Borrows both. The log counts as open until a file header says better. */
void log_check_init(struct log_check *check, const struct fault_sink *faults,
		    const struct stream *stream);

/* Takes a file header (`size` of it is there); what the log before it said is checked first. */
void log_check_begin(struct log_check *check, const uint8_t *header, size_t size, uint64_t offset);

/* Takes the log's next chunk. */
void log_check_add(struct log_check *check, const struct log_chunk *chunk);

/* The log was read to its end. */
void log_check_end(struct log_check *check);

#endif
