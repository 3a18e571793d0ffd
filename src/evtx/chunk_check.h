/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_CHUNK_CHECK_H
#define WH_EVTX_CHUNK_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "evtx/binxml_instance.h"
#include "evtx/chunk.h"

/*
 * A chunk header's word against the records of the chunk. Nearly every chunk keeps it, which one
 * quick look at the record headers shows; only the others are walked record by record and
 * reported.
 */

/* Identifiers of a chunk's records, as found. */
struct chunk_ids {
	uint64_t first;
	uint64_t last;
	uint64_t last_hidden; /* the same, or that of a hidden record that goes on from there */
	bool any; /* there are records */
};

/* A record of a chunk that is as told. */
struct told_record {
	struct record record;
	bool is_instance; /* its event is one of a template: then that is read */
	struct binxml_instance instance;
};

/* The most records that a chunk can have. */
#define WH_MAX_CHUNK_RECORDS (WH_CHUNK_SIZE / WH_RECORD_MINIMUM)

/*
 * True when the records are as the header says, an event begins in each, their identifiers rise by
 * one, and no record can be hidden inside of another. Then *ids is filled, and `records`, which has
 * room for WH_MAX_CHUNK_RECORDS; *count is how many there are.
 */
bool chunk_is_as_told(const struct chunk *chunk, struct chunk_ids *ids, struct told_record *records,
		      size_t *count);

/* Of a chunk that is not: what was found. Begins as zeros. */
struct chunk_check {
	uint64_t records; /* that the header should count */
	uint64_t uncounted; /* after the end that it gives */
	uint64_t missing; /* identifiers between neighbours */
	bool disordered; /* identifiers fall, or come twice */
	struct chunk_ids ids; /* of those it should count */
	uint64_t last_id; /* of all */
	uint32_t last_record; /* its offset */
	uint32_t end; /* of the last of them */
};

/* Takes the next record of the walk. */
void chunk_check_add(struct chunk_check *check, const struct record *record);

/*
 * What differs, a new text; NULL when nothing does. A log that is open (its file header says so, or
 * it has none) may have records that the chunk header does not count yet.
 */
char *chunk_check_end(const struct chunk_check *check, const struct chunk *chunk, bool is_open);

/* Which of a whole chunk's two checksums is wrong; NULL when none is. In more than 1,100 chunks of
 * real logs, most of which were not closed, none is. */
const char *chunk_check_seal(const struct chunk *chunk);

#endif
