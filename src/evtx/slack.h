/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_SLACK_H
#define WH_EVTX_SLACK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "evtx/chunk.h"

/*
 * Appends to `out` (struct record, in order) the records of a chunk that lie outside of its
 * `live` ones (the same, in order): left over when the chunk was used again. Only those
 * come whose templates and names stand unchanged, which their identifiers and hashes
 * tell. Returns how many looked like records and are left out. The work is bounded.
 */
uint64_t slack_collect(const struct chunk *chunk, const GArray *live, GArray *out);

/*
 * Does all that a record refers to in its chunk stand unchanged? Else it may still decode,
 * into what it never said.
 */
bool slack_is_sound(const struct chunk *chunk, const struct record *record);

/* Does the template stand unchanged that the record, itself damaged, is an instance of? */
bool slack_has_template(const struct chunk *chunk, const struct record *record);

/* Finds where the BinXML of such a record ends (in the chunk); false when it is not sound. */
bool slack_get_end(const struct chunk *chunk, const struct record *record, size_t *out);

#endif
