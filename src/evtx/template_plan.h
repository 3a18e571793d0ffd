/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_TEMPLATE_PLAN_H
#define WH_EVTX_TEMPLATE_PLAN_H

#include "base/arena.h"
#include "event/event_build.h"
#include "evtx/binxml.h"

/*
 * A template, read once for a place and turned into the list of what it sets, so that a
 * record is one walk over its values. Only templates of the ordinary shape have
 * a plan; the others are read token by token, which gives the same events.
 */
struct template_plan;

/* The plans of a reader, for one chunk after another. */
struct template_plans;

struct template_plans *template_plans_new(void);
void template_plans_free(struct template_plans *plans);

/* Begins a chunk, which is borrowed until the next. Plans that were got before may be gone then. */
void template_plans_begin(struct template_plans *plans, const uint8_t *chunk, size_t size);

/* The plan of the template definition at `offset` for `place`, or NULL when it has none. */
const struct template_plan *template_plans_get(struct template_plans *plans, uint32_t offset,
					       const struct event_place *place);

enum template_step_type {
	TEMPLATE_SET, /* a slot from pieces of text */
	TEMPLATE_SKIP, /* to step `target` when value `index` is NULL */
	TEMPLATE_FRAGMENT, /* value `index` is a fragment of its own */
};

/* A literal, or where text is NULL the substitution `index`. */
struct template_piece {
	const char *text;
	uint16_t index;
};

struct template_step {
	enum template_step_type type;
	enum event_slot slot;
	bool is_attribute; /* then it is left out when all its values are NULL */
	const char *name;
	const struct template_piece *pieces;
	size_t count; /* of pieces */
	uint16_t index;
	size_t target;
	struct event_place place; /* of the fragment */
};

/* The steps of a plan, in order. */
const struct template_step *template_plan_steps(const struct template_plan *plan, size_t *count);

#endif
