/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_HELD_EVENTS_H
#define WH_EXPORT_HELD_EVENTS_H

#include "evtx/scan.h"
#include "export/export_zone.h"

/*
 * Events of an export that wait for the zone of their local time, which an event after them may
 * prove, and all that follow, so that they stay in order. No more wait than WH_MAX_HELD_EVENTS and
 * WH_MAX_HELD_SIZE: of the first of more than that is taken what is known by then.
 */
struct held_events;

/* Gives an event on; the zone of one with a local time is not known. False stops. */
struct held_taker {
	bool (*take)(void *context, const struct event *event, enum event_fit fit);
	void *context;
};

/* Borrows the zones. */
struct held_events *held_events_new(const struct export_zones *zones,
				    const struct held_taker *taker);
void held_events_free(struct held_events *held); /* NULL is fine */

/* Adds an event, whose time is set where its zone is known, and gives on those whose turn it is.
 * False when one of them stopped. */
bool held_events_add(struct held_events *held, struct event *event, enum event_fit fit);

/* Gives on those whose zone was proven by now, up to the first of which it was not. */
bool held_events_release(struct held_events *held);

/* Gives all on: nothing follows. */
bool held_events_end(struct held_events *held);

/* How many wait. */
unsigned held_events_count(const struct held_events *held);

#endif
