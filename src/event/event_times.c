/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_times.h"

#include "event/filetime.h"

#define QUARTER (900 * WH_SECOND)
#define WIDEST_ZONE (14 * 4 * QUARTER)

struct event_time event_time_of(const struct event_ref *ref)
{
	return (struct event_time){ref->time, time_precision_ticks(ref->precision),
				   ref->local_time};
}

bool event_times_agree(const struct event_time *a, const struct event_time *b)
{
	uint64_t apart = a->time > b->time ? a->time - b->time : b->time - a->time;
	uint64_t within = MAX(WH_SECOND, MAX(a->within, b->within));

	if (apart <= within)
		return true;
	if (!a->is_local && !b->is_local)
		return false;
	return apart <= WIDEST_ZONE + within &&
	       (apart % QUARTER <= within || QUARTER - apart % QUARTER <= within);
}
