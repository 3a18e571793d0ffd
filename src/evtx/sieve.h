/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_SIEVE_H
#define WH_EVTX_SIEVE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "evtx/chunk_check.h"
#include "evtx/field_text.h"

/*
 * What a reader is asked for: records of these providers with these event ids, perhaps only
 * such of which fields hold certain texts. Filled by whoever knows (wmi, and the rule sets), so
 * that new hunts cost no new reader code.
 */
struct sieve_plan {
	bool everything; /* each record of any provider and id */
	GPtrArray *providers; /* struct sieve_provider */
	GPtrArray *marks; /* names (char *) of which a chunk must hold one */
	bool any_chunk; /* it need not */
	/* Or hold a record of such a channel: of origins whose names are so short that to look for
	 * them would slow the search for all others. */
	GPtrArray *surveyed;
	GPtrArray *channels; /* names of those that wanted records are usually logged to */
	bool any_channel; /* they may be logged to others, too */
};

struct sieve_provider {
	char *name; /* ASCII; NULL: all providers, those of their own entry too */
	GArray *wants; /* struct sieve_want, one for each event id and channel */
};

#define WH_ANY_EVENT_ID UINT32_MAX

struct sieve_want {
	uint32_t event_id; /* or WH_ANY_EVENT_ID */
	char *channel; /* in lower case; NULL: any */
	GHashTable *texts; /* of evtx/field_text.h: one of them must be there; NULL: all records */
};

void sieve_plan_init(struct sieve_plan *plan);
void sieve_plan_release(struct sieve_plan *plan);

/* Asks for all records of these ids. Copies the name; providers are told apart in any case. */
void sieve_plan_add(struct sieve_plan *plan, const char *provider, const unsigned *event_ids,
		    size_t count);

/* Who logs records, and where to; NULL: any. Both are in the templates of a chunk or in its
 * records, so one of them tells whether to look at these. */
struct sieve_origin {
	const char *provider;
	const char *channel;
};

/*
 * Asks for records of an origin and id (or WH_ANY_EVENT_ID) of which a field holds one of the texts
 * (struct field_text). All of them where a text is one that cannot be sought, and where `texts` is
 * NULL. Copies.
 */
void sieve_plan_add_texts(struct sieve_plan *plan, const struct sieve_origin *origin,
			  uint32_t event_id, const GArray *texts);

/* NULL: any channel. */
void sieve_plan_add_channel(struct sieve_plan *plan, const char *channel);

/* Is it one of plan->marks (in any case)? */
bool sieve_plan_has_mark(const struct sieve_plan *plan, const char *name);

/* Is it one of plan->channels (in any case)? */
bool sieve_plan_has_channel(const struct sieve_plan *plan, const char *channel);

/*
 * Decides without decoding whether a record can be wanted. May say yes to much, never no
 * to a wanted record. Holds what it learnt of the current chunk's templates.
 */
struct sieve;

/* Borrows the plan, which must stay as it is. */
struct sieve *sieve_new(const struct sieve_plan *plan);
void sieve_free(struct sieve *sieve);

/* Begins a chunk, which is borrowed until the next. */
void sieve_begin_chunk(struct sieve *sieve, const struct chunk *chunk);

/* Is the name of a wanted provider or channel anywhere in the chunk that was begun? Templates stand
 * in the chunk that uses them, so without one no record of it can be wanted. */
bool sieve_pass_chunk(struct sieve *sieve, const struct chunk *chunk);

/* The same of a chunk that is as told, with all its records: looks for names only where these leave
 * it open. May also say no where only something else than the records' origins is so named. */
bool sieve_pass_told_chunk(struct sieve *sieve, const struct chunk *chunk,
			   const struct told_record *records, size_t count);

/* Can this record of the chunk hold a wanted event id, and the text it needs? */
bool sieve_pass_record(struct sieve *sieve, const struct chunk *chunk, const struct record *record);

/* The same of a record of a chunk that is as told. */
bool sieve_pass_told(struct sieve *sieve, const struct chunk *chunk,
		     const struct told_record *told);

struct event_place;
struct known_template;

/* What is known of the template at `offset` of that chunk; borrowed until the next. */
const struct known_template *sieve_get_template(struct sieve *sieve, const struct chunk *chunk,
						uint32_t offset);

/* And of one that a fragment in it is made of, at a place of its event. */
const struct known_template *sieve_get_fragment(struct sieve *sieve, uint32_t offset,
						const struct event_place *place);

#endif
