/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_HOST_NAMES_H
#define WH_WMI_HOST_NAMES_H

#include <glib.h>

#include "event/event.h"

/*
 * Which computer names are of one machine. A name in a record proves little by itself, so names are
 * one host only where logs show it: one log goes on under another name, or the short name is the
 * first label of a long one. The method stands in host_machines.c; the result does not depend on
 * the order of events.
 */
struct host_names;

/* One machine. */
struct host_identity {
	const char *
		name; /* the latest, spelled as the earliest event does; NULL for records without */
	GPtrArray *
		names; /* const char *: all of them, the latest last; NULL when there is only one */
};

/* No names; NULL is fine to free. */
struct host_names *host_names_new(void);
void host_names_free(struct host_names *names);

/* Notes the name and the place of an event, whatever it says; copies what it needs. */
void host_names_add(struct host_names *names, const struct event *event);

/* Notes that a log at `ref` holds records of that name (NULL: none), from `first` to `last`
 * (FILETIME; 0: not known). */
void host_names_add_log(struct host_names *names, const char *computer, const struct event_ref *ref,
			uint64_t first, uint64_t last);

/* Notes that the log at `ref` was put together of those of many machines. */
void host_names_add_shared(struct host_names *names, const struct event_ref *ref);

/* Decides which names are one host; once, when all events are added. */
void host_names_settle(struct host_names *names);

/*
 * The machine whose event bears the name `computer` (NULL: none) and stands at `ref`; once all is
 * settled. Never NULL, the same pointer for the same machine; borrowed.
 */
const struct host_identity *host_names_find(struct host_names *names, const char *computer,
					    const struct event_ref *ref);

/* All machines (struct host_identity, by name) of events that were added; once all is settled.
 * Borrowed. */
const GPtrArray *host_names_list(const struct host_names *names);

/* Sentences (char *, sorted) on hosts that changed their names, and on logs that say so and are not
 * believed; once all is settled. Borrowed. */
const GPtrArray *host_names_get_notes(const struct host_names *names);

/* The name by which ids know the machine, whether it was written short or long last: of its names
 * that begin like the latest up to the first dot, the longest. Borrowed; NULL where it has none. */
const char *host_identity_full_name(const struct host_identity *identity);

/* Appends the member host_names, where it has several; `identity` may be NULL. */
void host_identity_append_names(const struct host_identity *identity, GString *out);

#endif
