/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_LIFECYCLE_H
#define WH_WMI_LIFECYCLE_H

#include <glib.h>

struct keeper;

/* Plays bindings, one after another. */
struct lifecycle;

/* Borrows the keeper for as long as it is used; what it makes goes there. */
struct lifecycle *lifecycle_new(struct keeper *keeper);
void lifecycle_free(struct lifecycle *lifecycle);

/*
 * Plays the sightings (struct part_sighting, borrowed; sorts the array) of one binding, its filter
 * and its consumer in the order of their ranks, and adds a struct draft, which the owner of
 * `drafts` frees, for every content that was ever bound. A sighting of nothing bound keeps joined =
 * false.
 */
void lifecycle_play(struct lifecycle *lifecycle, GPtrArray *sightings, GPtrArray *drafts);

#endif
