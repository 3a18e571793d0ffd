/* SPDX-License-Identifier: Apache-2.0 */
#include "export/held_events.h"

#include "base/limits.h"
#include "event/event_pack.h"

struct held_event {
	GByteArray *packed;
	enum event_fit fit;
};

struct held_events {
	const struct export_zones *zones;
	struct held_taker taker;
	GQueue queue; /* struct held_event */
	size_t size;
	uint64_t proofs; /* that there were when the first was found to have to wait */
	char *path; /* of all */
	struct event event; /* scratch: the first */
};

struct held_events *held_events_new(const struct export_zones *zones,
				    const struct held_taker *taker)
{
	struct held_events *held = g_new0(struct held_events, 1);

	held->zones = zones;
	held->taker = *taker;
	event_init(&held->event);
	g_queue_init(&held->queue);
	return held;
}

static void drop_first(struct held_events *held)
{
	struct held_event *first = g_queue_pop_head(&held->queue);

	held->size -= first->packed->len;
	g_byte_array_unref(first->packed);
	g_free(first);
}

void held_events_free(struct held_events *held)
{
	if (!held)
		return;
	while (held->queue.length)
		drop_first(held);
	event_release(&held->event);
	g_free(held->path);
	g_free(held);
}

/* Sets its time if the zone is known; `at_edge`: by a proof on one side, too. False when it has to
 * wait. */
static bool set_time(const struct held_events *held, struct event *event, bool at_edge)
{
	enum zone_found found;
	uint64_t utc;

	if (!event->ref.local_time)
		return true;
	found = export_zones_find(held->zones, event->host, event->ref.time, &utc);
	if (found != ZONE_FOUND && (found != ZONE_AT_EDGE || !at_edge))
		return false;
	event->ref.time = utc;
	event->ref.local_time = false;
	return true;
}

/* `may_wait`: it stays where it is if its zone is not known yet. */
static bool give_first(struct held_events *held, bool may_wait, bool *waits)
{
	const struct held_event *first = g_queue_peek_head(&held->queue);
	enum event_fit fit = first->fit;
	bool go_on;

	event_unpack(&held->event, first->packed->data, first->packed->len, held->path);
	*waits = !set_time(held, &held->event, !may_wait) && may_wait;
	held->proofs = export_zones_count(held->zones);
	if (*waits)
		return true;
	go_on = held->taker.take(held->taker.context, &held->event, fit);
	drop_first(held);
	return go_on;
}

static bool give(struct held_events *held, bool may_wait)
{
	bool go_on = true, waits = false;

	while (go_on && !waits && held->queue.length)
		go_on = give_first(held, may_wait, &waits);
	return go_on;
}

static void append(struct held_events *held, const struct event *event, enum event_fit fit)
{
	struct held_event *last = g_new0(struct held_event, 1);

	if (!held->path)
		held->path = g_strdup(event->ref.path);
	last->packed = g_byte_array_new();
	last->fit = fit;
	event_pack(event, true, last->packed);
	held->size += last->packed->len;
	g_queue_push_tail(&held->queue, last);
}

bool held_events_add(struct held_events *held, struct event *event, enum event_fit fit)
{
	bool go_on = true, waits;

	if (set_time(held, event, false) && !held->queue.length)
		return held->taker.take(held->taker.context, event, fit);
	append(held, event, fit);
	while (go_on && (held->queue.length > WH_MAX_HELD_EVENTS || held->size > WH_MAX_HELD_SIZE))
		go_on = give_first(held, false, &waits);
	return go_on && give(held, true);
}

bool held_events_release(struct held_events *held)
{
	return held->proofs == export_zones_count(held->zones) || give(held, true);
}

bool held_events_end(struct held_events *held)
{
	return give(held, false);
}

unsigned held_events_count(const struct held_events *held)
{
	return held->queue.length;
}
