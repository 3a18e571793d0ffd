/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_H
#define WH_EVENT_EVENT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "event/event_ref.h"

struct event_field {
	const char *name; /* "" for an unnamed Data element */
	const char *value; /* as logged, never NULL */
};

/*
 * One record: System fields and data fields in order. Strings are text as
 * base/text.h defines it, NULL when absent, and live in `arena` (or outlive the
 * event). An event may be reused: event_clear() between records.
 */
struct event {
	struct event_ref ref;
	const char *host; /* System/Computer */
	const char *provider;
	uint32_t process_id;
	bool has_process_id;
	bool partial; /* no decoder read all of the record */
	const char *user_sid;
	const char *data_type; /* name of the UserData element, or EventData's Name */
	GArray *fields; /* struct event_field */
	struct arena arena;
};

/* An empty event. Release frees what it holds; clear empties it for the next record and keeps
 * its memory. */
void event_init(struct event *event);
void event_release(struct event *event);
void event_clear(struct event *event);

/* Adds a field; copies both strings into the arena. */
void event_add_field(struct event *event, const char *name, const char *value);

/* The places that an event's elements go to. */
enum event_slot {
	EVENT_PROVIDER,
	EVENT_ID,
	EVENT_TIME,
	EVENT_RECORD_ID,
	EVENT_CHANNEL,
	EVENT_HOST,
	EVENT_PROCESS_ID,
	EVENT_USER_SID,
	EVENT_DATA_TYPE,
	EVENT_FIELD, /* the only one that may be set again */
};

/*
 * Sets a place from text; `name` is a field's. The first text that a place takes wins: a
 * hostile record with two EventIDs must be the same to the sieve, which stops at the
 * first, and to every decoder. False when there are too many fields.
 */
bool event_set(struct event *event, enum event_slot slot, const char *name, const char *text);

/* The first field of that name (exact), or NULL. Borrowed. */
const char *event_get_field(const struct event *event, const char *name);

#endif
