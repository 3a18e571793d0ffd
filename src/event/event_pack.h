/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_PACK_H
#define WH_EVENT_EVENT_PACK_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

/*
 * An event as bytes, which one process of a run hands to the next. What a record says stands
 * first, where it was read last, so that copies of one record begin with the same bytes. A process
 * that takes events from another trusts none of it.
 */

/* Appends the event; `is_own`: without its path, which is that of the input, as whoever unpacks the
 * event knows. What a line of JSON cannot keep, such as where the second of two fields of one name
 * stood, is not kept here either. */
void event_pack(const struct event *event, bool is_own, GByteArray *out);

/*
 * Fills `event`, which is cleared first. Its texts are the bytes' own: they are borrowed for as
 * long as the event is used. False, with the event cleared, for bytes that event_pack() does not
 * write: every text must be UTF-8 without a NUL inside. `path` (borrowed) is that of the input.
 */
bool event_unpack(struct event *event, const uint8_t *data, size_t size, const char *path);

/* What two copies of a record have in common, and what its reader says of it. */
struct packed_identity {
	const uint8_t *data; /* borrowed from the packed event */
	size_t size;
	bool is_own; /* it was read from the input itself, not from lines in it */
	bool marked; /* it is hidden, or a chimera: no copy of a sound one */
};

/* False when the bytes are too few for what they say. */
bool packed_identity_get(const uint8_t *data, size_t size, struct packed_identity *out);

#endif
