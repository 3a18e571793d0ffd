/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_EXPORT_TWINS_H
#define WH_MAP_EXPORT_TWINS_H

#include <stdbool.h>

#include "base/secret_hash.h"
#include "event/event.h"

/*
 * Finds events of exports that another file has, too: of one host, channel, event id, record id
 * and content, at a time that is the same as far as both are exact. An event of a log is never
 * taken for one that was read before, so that no export hides it.
 */
struct export_twins;

/* Borrows the secret. */
struct export_twins *export_twins_new(const struct hash_secret *secret);
void export_twins_free(struct export_twins *twins);

/* True when the event is of an export and was added before, from another file. `is_fact`: exports
 * without record ids are to find it as well. */
bool export_twins_add(struct export_twins *twins, const struct event *event, bool is_fact);

/* How often an event that has the same digest was met before in the file that is being read, of
 * those that bear no record id: two of them are two events. */
uint64_t export_twins_count(struct export_twins *twins, const struct event *event,
			    const struct digest *digest);

#endif
