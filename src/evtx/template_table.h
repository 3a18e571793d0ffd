/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_TEMPLATE_TABLE_H
#define WH_EVTX_TEMPLATE_TABLE_H

#include <glib.h>

#include "event/event_build.h"

/* What is known of templates, by what they say: most chunks of a log have the same ones. */
struct template_table;

/* A definition in a chunk, for a fragment at a place. */
struct template_site {
	const uint8_t *data; /* the chunk */
	size_t size;
	uint32_t offset; /* of the definition */
	struct event_place place;
};

/* `free` is for what is kept; NULL when it needs none. */
struct template_table *template_table_new(GDestroyNotify free);
void template_table_free(struct template_table *table);
void template_table_clear(struct template_table *table);

/* What is kept of such a template, borrowed; NULL when it is not known. */
void *template_table_get(const struct template_table *table, const struct template_site *site);

/* Takes what is known of a template that is not in the table yet. False, and nothing is taken,
 * when it has no shape, or there are too many that only look alike. */
bool template_table_add(struct template_table *table, const struct template_site *site,
			void *known);

/* A log may have templates without end, made up to fill memory: are there more than are worth
 * keeping? */
bool template_table_is_full(const struct template_table *table);

#endif
