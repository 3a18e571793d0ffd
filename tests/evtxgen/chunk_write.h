/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTXGEN_CHUNK_WRITE_H
#define WH_EVTXGEN_CHUNK_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

#define WH_NAME_BUCKETS 64
#define WH_TEMPLATE_BUCKETS 32
#define WH_CHUNK_HEADER_SIZE 512 /* the two tables included */

/*
 * A chunk that is being written. What does not fit sets `overflow` and is left out;
 * closing the record then takes the whole record back.
 */
struct chunk_writer {
	uint8_t data[WH_CHUNK_SIZE];
	size_t used;
	bool overflow;
	uint64_t serial; /* differs for each chunk this writer has begun; never 0 */
	uint64_t records;
	uint64_t first_id;
	uint64_t last_id;
	uint32_t last_record; /* offset of it */
	uint32_t names[WH_NAME_BUCKETS]; /* offset of each chain's newest name */
	uint32_t templates[WH_TEMPLATE_BUCKETS];
	struct {
		size_t used;
		uint64_t id;
		uint32_t names[WH_NAME_BUCKETS];
		uint32_t templates[WH_TEMPLATE_BUCKETS];
	} open; /* the record that is being written, and the chunk as it was before */
};

/* Begins an empty chunk; the one before is gone. Clear `serial` before the first. */
void chunk_writer_begin(struct chunk_writer *chunk);

void chunk_open_record(struct chunk_writer *chunk, uint64_t id, uint64_t filetime);
/* False when the record did not fit; the chunk is then as it was before. */
bool chunk_close_record(struct chunk_writer *chunk);

void chunk_add(struct chunk_writer *chunk, const void *data, size_t size);
void chunk_add_u8(struct chunk_writer *chunk, uint8_t value);
void chunk_add_u16(struct chunk_writer *chunk, uint16_t value);
void chunk_add_u32(struct chunk_writer *chunk, uint32_t value);
void chunk_add_u64(struct chunk_writer *chunk, uint64_t value);

/* Adds four bytes for a size that is known later; returns where they are. */
size_t chunk_open_size(struct chunk_writer *chunk);
/* Writes how many bytes were added since. */
void chunk_close_size(struct chunk_writer *chunk, size_t at);

/* Fills in header, tables and checksums. `first_number` is the first record's place in the file. */
void chunk_seal(struct chunk_writer *chunk, uint64_t first_number);

#endif
