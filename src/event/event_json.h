/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_JSON_H
#define WH_EVENT_EVENT_JSON_H

#include <glib.h>
#include <stdbool.h>

#include "event/event.h"

/*
 * Appends the event line and its line feed. `members` is JSON text of further
 * members ("\"operation\":…"), or NULL: what the wmi module knows of the event.
 */
void event_append_json(const struct event *event, const char *members, GString *out);

/* The same for a line of another kind that has an event's members. */
void event_append_json_as(const struct event *event, const char *kind, const char *members,
			  GString *out);

/*
 * Reads an event line that event_append_json() wrote (members it does not know
 * are passed over). On failure *reason is a new text that the caller
 * frees, and the event is cleared.
 */
bool event_from_json(struct event *event, const char *line, size_t length, char **reason);

#endif
