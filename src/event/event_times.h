/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_TIMES_H
#define WH_EVENT_EVENT_TIMES_H

#include <stdbool.h>

#include "event/event_ref.h"

/* When an event was, as far as its source says. */
struct event_time {
	uint64_t time;
	uint64_t within; /* 100 ns */
	bool is_local;
};

struct event_time event_time_of(const struct event_ref *ref);

/* Whether two may be the same, within what the coarser one says and a second at least: exporters
 * round, and some give the time that the event says of itself. A local time of an unknown zone
 * may be off by quarters of an hour, up to fourteen hours. */
bool event_times_agree(const struct event_time *a, const struct event_time *b);

/*
 * A time that is coarser than the log's stands for any moment up to the next: of two events "in the
 * same second" neither is known to be the first by their times.
 */
enum event_order {
	EVENT_BEFORE = -1,
	EVENT_UNDECIDED,
	EVENT_AFTER,
};

/* Which of two events of one host was first: by their times, as far as these tell them apart, else
 * by the ids of their records, if both are of one log in one file. */
enum event_order event_order(const struct event_ref *a, const struct event_ref *b);

/* The last moment that the event's time may stand for; 0 for none. */
uint64_t event_latest(const struct event_ref *ref);

/* How long one was after the other at least, 100 ns: 0 where times leave their order open. */
uint64_t event_distance(const struct event_ref *a, const struct event_ref *b);

#endif
