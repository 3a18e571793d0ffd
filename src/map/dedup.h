/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_DEDUP_H
#define WH_MAP_DEDUP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The events of a run, to know those that come again (backup, shadow copy, second collection).
 * Keeps a keyed 128-bit hash of each; its key is a secret of the run, so
 * that no log can be written that hides another's events.
 */
struct dedup;

struct dedup *dedup_new(void);
void dedup_free(struct dedup *dedup);

/*
 * True when an event with the same line was added before; its source, where the line ends,
 * does not count: host, channel, record id, time and content make an event. False also for the
 * first copy of a subscription's event that stands in winevt/Logs, where those before stood
 * elsewhere.
 */
bool dedup_add(struct dedup *dedup, const char *line, size_t length);

#endif
