/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_SIEVE_H
#define WH_EVTX_SIEVE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "evtx/chunk.h"

/*
 * What a reader is asked for: records of these providers with these event ids. Filled by
 * whoever knows (wmi, and the rule sets), so that new hunts cost no new reader code.
 */
struct sieve_plan {
	bool everything; /* each record of any provider and id */
	GPtrArray *providers; /* GByteArray: names in UTF-16LE */
	GPtrArray *channels; /* names of those that wanted records are usually logged to */
	uint64_t event_ids[65536 / 64]; /* a bit each: an EventID has 16 bits in the format */
};

void sieve_plan_init(struct sieve_plan *plan);
void sieve_plan_release(struct sieve_plan *plan);
void sieve_plan_add(struct sieve_plan *plan, const char *provider, const unsigned *event_ids,
		    size_t count);
void sieve_plan_add_channel(struct sieve_plan *plan, const char *channel);

/* Is it one of plan->channels (in any case)? */
bool sieve_plan_has_channel(const struct sieve_plan *plan, const char *channel);

/*
 * Decides without decoding whether a record can be wanted. May say yes to much, never no
 * to a wanted record. Holds what it learnt of the current chunk's templates.
 */
struct sieve;

struct sieve *sieve_new(const struct sieve_plan *plan);
void sieve_free(struct sieve *sieve);

/* Is the name of a wanted provider anywhere in the chunk? Templates stand in the chunk
 * that uses them, so without one no record of it can be wanted. */
bool sieve_pass_chunk(struct sieve *sieve, const struct chunk *chunk);

/* Can this record of the chunk last passed hold a wanted event id? */
bool sieve_pass_record(struct sieve *sieve, const struct chunk *chunk, const struct record *record);

#endif
