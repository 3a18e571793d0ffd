/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_DEDUP_H
#define WH_MAP_DEDUP_H

#include <stdbool.h>

#include "event/event_pack.h"

/*
 * The events of a run, to know those that come again (backup, shadow copy, second collection).
 * Keeps a keyed 128-bit hash of each; its key is a secret of the run, so
 * that no log can be written that hides another's events.
 */
struct dedup;

struct dedup *dedup_new(void);
void dedup_free(struct dedup *dedup);

/*
 * True when a copy of the event was added before; where it was read does not count: host, channel,
 * record id, time and content make an event. A record that is hidden in one copy of a log and
 * visible in another counts as two, and so do values under a false header and the sound record.
 * False also for the first copy of a subscription's event that stands in winevt/Logs, where those
 * before stood elsewhere.
 */
bool dedup_add(struct dedup *dedup, const struct packed_identity *identity,
	       const struct event *event);

#endif
