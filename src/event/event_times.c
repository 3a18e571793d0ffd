/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_times.h"

#include "base/order.h"
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

uint64_t event_latest(const struct event_ref *ref)
{
	uint64_t more = ref->time ? time_precision_ticks(ref->precision) - 1 : 0;

	return ref->time + MIN(more, UINT64_MAX - ref->time);
}

enum event_order event_order(const struct event_ref *a, const struct event_ref *b)
{
	if (event_latest(a) < b->time)
		return EVENT_BEFORE;
	if (event_latest(b) < a->time)
		return EVENT_AFTER;
	if (!a->has_record_id || !b->has_record_id || !a->channel ||
	    g_strcmp0(a->channel, b->channel) != 0 || !event_refs_share_file(a, b))
		return EVENT_UNDECIDED;
	return (enum event_order)compare_numbers(a->record_id, b->record_id);
}

uint64_t event_distance(const struct event_ref *a, const struct event_ref *b)
{
	if (event_latest(a) < b->time)
		return b->time - event_latest(a);
	return event_latest(b) < a->time ? a->time - event_latest(b) : 0;
}
