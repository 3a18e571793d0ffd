/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_HIDDEN_H
#define WH_EVTX_HIDDEN_H

#include <glib.h>

#include "evtx/chunk.h"

/*
 * Records that are hidden in another one: tools against forensics lengthen a record over the one
 * that follows, whose bytes stay, and repair all checksums and numbers. Windows writes no
 * record that goes on after the end of its BinXML but for some padding.
 */

/* Appends to `out` (struct record, in order) the records that `record` covers. Their sizes are
 * those that they had, where these are known, else they reach to the end. */
void hidden_collect(const struct chunk *chunk, const struct record *record, GArray *out);

/* Is a record longer than its event and the padding after that? */
bool hidden_has_room(const struct chunk *chunk, const struct record *record);

#endif
