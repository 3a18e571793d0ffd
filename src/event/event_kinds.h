/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_KINDS_H
#define WH_EVENT_EVENT_KINDS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"

/* Which kinds of events were met, and which fields each had. */

struct event_kind {
	char *provider; /* NULL: not named */
	char *channel; /* NULL: not named */
	uint32_t event_id;
	bool is_open; /* there are more fields than are kept */
	GHashTable *fields; /* char *: names of fields that one of them had */
};

/* WH_MAX_EVENT_KINDS of them at most, each once. */
struct event_kinds;

struct event_kinds *event_kinds_new(void);
void event_kinds_free(struct event_kinds *kinds); /* NULL is fine */

/* The kind of that name, which is added if it is not there; NULL when there is no room. Copies. */
struct event_kind *event_kinds_get(struct event_kinds *kinds, const char *provider,
				   const char *channel, uint32_t event_id);

/* Notes a field; copies its name. */
void event_kind_add_field(struct event_kind *kind, const char *name);

/* Notes the event's kind and all its fields. One without an id is passed over. */
void event_kinds_add(struct event_kinds *kinds, const struct event *event);

/* Adds all that `more` has. */
void event_kinds_merge(struct event_kinds *kinds, const struct event_kinds *more);

/* All (struct event_kind, borrowed), by channel, id and provider; the caller unrefs the array. */
GPtrArray *event_kinds_list(const struct event_kinds *kinds);

/* Bytes that they take, about. */
uint64_t event_kinds_size(const struct event_kinds *kinds);

#endif
