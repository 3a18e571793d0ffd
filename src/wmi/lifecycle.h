/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_LIFECYCLE_H
#define WH_WMI_LIFECYCLE_H

#include <glib.h>

/*
 * Plays the events of one binding (struct entry: of the binding itself, of its
 * filter and of its consumer; sorts them) in the order of their ranks, and adds a struct
 * draft to `drafts` for every content that was ever bound. An entry that named
 * nothing bound is left with joined = false.
 */
void lifecycle_play(GPtrArray *entries, GPtrArray *drafts);

#endif
