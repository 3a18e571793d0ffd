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

#endif
