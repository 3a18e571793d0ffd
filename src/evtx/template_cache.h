/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_TEMPLATE_CACHE_H
#define WH_EVTX_TEMPLATE_CACHE_H

#include <glib.h>

#include "event/event_build.h"
#include "evtx/template_facts.h"

/* A field, or a text of System, that a template sets; or a fragment that stands in it. */
struct template_field {
	char *folded; /* the field's name, folded; NULL: of System, or a fragment */
	char *text; /* its text where that is the template's own; NULL: it is in a value */
	uint16_t index; /* of that value */
	bool is_mixed; /* put together of several */
	bool is_channel;
	bool is_host;
	bool is_command_line;
	bool repeats; /* a list there becomes a field for each of its values */
	bool is_fragment;
	bool is_optional; /* other values say whether it is there */
	struct event_place place; /* of the fragment */
};

struct field_walk;
struct sieve_view;

/* Where an event's channel or host is told. */
struct channel_place {
	enum fact_place place;
	const char *text; /* where it is fixed; a field's */
	uint16_t index;
};

/* What is known of a template, in whatever chunks it stands. */
struct known_template {
	struct template_facts facts; /* no offsets: the template may stand elsewhere now */
	const struct sieve_view
		*view; /* of a fixed provider: whoever gets a new template sets it */
	bool is_planned; /* the fields are known */
	GArray *fields; /* struct template_field */
	guint first_line; /* the first of them that can be, or hold, a command line */
	struct channel_place channel; /* of a template that is not below Event */
	struct channel_place host; /* the same */
	GPtrArray *walks; /* struct field_walk */
	const struct field_walk *last_walk; /* that was needed, one of them; or NULL */
};

/*
 * Templates that were met, by what they say: most chunks of a log have the same ones, so each is
 * understood once. A reader's, for one chunk after another.
 */
struct template_cache;

struct template_cache *template_cache_new(void);
void template_cache_free(struct template_cache *cache);

/* Begins a chunk, which is borrowed until the next. What was got before may be gone then. */
void template_cache_begin(struct template_cache *cache, const uint8_t *data, size_t size);

/*
 * The template whose definition stands at `offset`, for a fragment at `place`. Owned by the
 * cache. A new one has no view yet; its facts have offsets that are of this chunk.
 */
struct known_template *template_cache_get(struct template_cache *cache, uint32_t offset,
					  const struct event_place *place, bool *is_new);

#endif
