/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_LIFECYCLE_H
#define WH_WMI_LIFECYCLE_H

#include <glib.h>

/*
 * Plays the sightings (struct part_sighting, borrowed; sorts the array) of one binding, its filter
 * and its consumer in the order of their ranks, and adds a struct draft, which the owner of
 * `drafts` frees, for every content that was ever bound. A sighting of nothing bound keeps joined =
 * false.
 */
void lifecycle_play(GPtrArray *sightings, GPtrArray *drafts);

#endif
