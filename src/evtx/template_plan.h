/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_TEMPLATE_PLAN_H
#define WH_EVTX_TEMPLATE_PLAN_H

#include "base/arena.h"
#include "event/event_build.h"
#include "evtx/binxml.h"

/*
 * A template, read once per chunk and place and turned into the list of what it sets, so
 * that a record is one walk over its values. Only templates of the ordinary shape have
 * a plan; the others are read token by token, which gives the same events.
 */
struct plan;

/* The plans of the current chunk. */
struct plan_cache;

struct plan_cache *plan_cache_new(void);
void plan_cache_free(struct plan_cache *cache);
void plan_cache_begin(struct plan_cache *cache, const uint8_t *chunk, size_t size);

/* The plan of the template definition at `offset` for `place`, or NULL when it has none. */
const struct plan *plan_cache_get(struct plan_cache *cache, uint32_t offset,
				  const struct event_place *place);

enum plan_step_type {
	PLAN_SET, /* a slot from pieces of text */
	PLAN_SKIP, /* to step `target` when value `index` is NULL */
	PLAN_FRAGMENT, /* value `index` is a fragment of its own */
};

/* A literal, or where text is NULL the substitution `index`. */
struct plan_piece {
	const char *text;
	uint16_t index;
};

struct plan_step {
	enum plan_step_type type;
	enum event_slot slot;
	bool is_attribute; /* then it is left out when all its values are NULL */
	const char *name;
	const struct plan_piece *pieces;
	size_t count; /* of pieces */
	uint16_t index;
	size_t target;
	struct event_place place; /* of the fragment */
};

/* The steps of a plan, in order. */
const struct plan_step *plan_steps(const struct plan *plan, size_t *count);

#endif
