/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_JSON_H
#define WH_EVENT_EVENT_JSON_H

#include <glib.h>
#include <stdbool.h>

#include "base/line_id.h"
#include "event/event.h"

/*
 * Appends the event line and its line feed. `members` is JSON text of further members
 * ("\"operation\":…") to stand before the data, or NULL.
 */
void event_append_json(const struct event *event, const char *members, GString *out);

/* Appends a line, with its line feed, that has the members of an event line but another `kind` and
 * id; `members` is JSON text of further members, or NULL. */
void event_append_json_as(const struct event *event, const char *kind, const struct line_id *id,
			  const char *members, GString *out);

/*
 * Reads an event line that event_append_json() wrote into `event`, which is cleared first;
 * members that it does not know are ignored. On failure *reason is a new text that the caller
 * frees, and the event is cleared.
 */
bool event_from_json(struct event *event, const char *line, size_t length, char **reason);

/* Reads, in the same way, the members of an event from a line of another `kind`, as
 * event_append_json_as() writes it. */
bool event_from_json_as(struct event *event, const char *kind, const char *line, size_t length,
			char **reason);

#endif
