/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_RECORD_ORDER_H
#define WH_WMI_RECORD_ORDER_H

#include <glib.h>
#include <stdint.h>

struct keeper;

/* A clock that was set back: record ids of one log rise, times fall. Texts are the keeper's. */
struct clock_step {
	const char *host; /* NULL when it has no name */
	uint64_t before_id, after_id; /* the records on both sides of it */
	uint64_t before, after; /* their times */
	const char *path; /* of the log */
	const char *entry; /* in it, or NULL */
};

/*
 * Gives each of `sightings` (struct part_sighting) its rank: by time, and where the clock of a host
 * was set back, by the record ids of the log. Adds a struct clock_step to `steps` for each log in
 * which it was set back by a minute or more: the largest; the caller frees each with g_free().
 */
void rank_sightings(struct keeper *keeper, GPtrArray *sightings, GPtrArray *steps);

#endif
