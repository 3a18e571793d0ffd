/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_FIELD_WALK_H
#define WH_EVTX_FIELD_WALK_H

#include "evtx/field_search.h"
#include "evtx/template_cache.h"

/* Texts that are asked for, sorted by the fields that should hold them. */
struct field_want;

/* Of a set of struct field_text, which is not needed afterwards; of NULL, any text will do. */
struct field_want *field_want_new(GHashTable *texts);
void field_want_free(struct field_want *want);

#define WH_ANY_CHANNEL (-1)

/* What is asked for in an event of one id: what meets one of them is wanted. */
struct field_wants {
	GArray *wants; /* struct channel_want */
};

struct channel_want {
	const struct field_want *want; /* borrowed */
	int channel; /* by a number of the caller's, or WH_ANY_CHANNEL */
};

/* How a template's records are held against wants. */
struct field_walk;
void field_walk_free(struct field_walk *walk);

/* An instance of a template, in a chunk that the cache has begun. */
struct walked_instance {
	struct template_cache *cache;
	const uint8_t *data; /* the chunk */
	const struct binxml_instance *instance;
	struct known_template *template;
	uint16_t event_id;
	int channel; /* WH_ANY_CHANNEL: not known */
};

/* Can an event made of it meet one of the wants? True where that is not sure. The same wants must
 * have the same address as long as the cache is there. */
bool field_wants_pass(const struct field_wants *wants, const struct walked_instance *at);

#endif
