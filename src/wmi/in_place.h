/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_IN_PLACE_H
#define WH_WMI_IN_PLACE_H

#include <glib.h>
#include <stdbool.h>

struct part;

/*
 * Says of each sighting (struct part_sighting) whether it stands in place: in the winevt/Logs of a
 * collection of its host. What a user's folder holds under that name is inside of the collection
 * and not in place. The result depends on all that are given, not on their order.
 * True when any of them stands in a collection.
 */
bool in_place_mark(const GPtrArray *sightings);

/* Drops, of the sightings of a part, copies of one that stands in a collection: those that stand in
 * none, or inside of that one. */
void in_place_drop_copies(struct part *part);

#endif
