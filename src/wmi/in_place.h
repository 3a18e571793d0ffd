/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_IN_PLACE_H
#define WH_WMI_IN_PLACE_H

#include <glib.h>

/*
 * Says of each sighting (struct part_sighting) whether it stands in place: in the winevt/Logs of a
 * collection of its host. What a user's folder holds under that name is inside of the collection
 * and not in place. The result depends on all that are given, not on their order.
 */
void in_place_mark(const GPtrArray *sightings);

/* Frees and drops, of the sightings of one part, which have been marked, copies of one that stands
 * in a collection: those that stand in none, or inside of that one. */
void in_place_drop_copies(GPtrArray *sightings);

#endif
