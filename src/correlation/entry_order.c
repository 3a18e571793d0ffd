/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/entry_order.h"

#include <stdlib.h>

#include "base/order.h"
#include "correlation/finding.h"
#include "event/event_times.h"

/*
 * How it works. All are sorted by time, then rule. Only where rules must come in their order does
 * it matter that a coarse time stands for any moment of its second: entries whose moments overlap
 * are then put in an order that contradicts nothing that is known, with the lowest rule first
 * wherever there is a choice. Each takes the earliest moment that this order leaves it.
 */

#define MOST_TIED 128 /* entries that overlap; more stay in the order of time and rule */

static int compare_entries(const void *a, const void *b)
{
	const struct window_entry *left = a, *right = b;

	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	if (left->rule != right->rule)
		return left->rule < right->rule ? -1 : 1;
	return compare_numbers(left->tag, right->tag);
}

static bool is_before(const struct window_entry *one, const struct window_entry *other)
{
	const struct correlated_event *a = one->event, *b = other->event;

	if (!a || !b || a->host != b->host)
		return one->latest < other->time;
	return event_order(&a->ref, &b->ref) == EVENT_BEFORE;
}

/* The next of those that nothing is left to come before; the first, where clocks and ids go in
 * circles. */
static guint choose(const struct window_entry *entries, const guint *before, const bool *placed,
		    guint count)
{
	guint chosen = count;

	for (guint i = 0; i < count; i++)
		if (!placed[i] && before[i] == 0 &&
		    (chosen == count || entries[i].rule < entries[chosen].rule))
			chosen = i;
	for (guint i = 0; chosen == count; i++)
		if (!placed[i])
			chosen = i;
	return chosen;
}

static void order_tied(struct window_entry *entries, guint count, uint64_t from)
{
	struct window_entry ordered[MOST_TIED];
	guint before[MOST_TIED] = {0};
	bool placed[MOST_TIED] = {false};

	for (guint i = 0; i < count; i++)
		for (guint j = 0; j < count; j++)
			before[i] += i != j && is_before(&entries[j], &entries[i]);
	for (guint i = 0; i < count; i++) {
		guint chosen = choose(entries, before, placed, count);

		placed[chosen] = true;
		for (guint j = 0; j < count; j++)
			before[j] -= j != chosen && is_before(&entries[chosen], &entries[j]);
		ordered[i] = entries[chosen];
		from = ordered[i].at = MAX(from, ordered[i].time);
	}
	for (guint i = 0; i < count; i++)
		entries[i] = ordered[i];
}

void window_entries_sort(const struct correlation *correlation, GArray *entries)
{
	struct window_entry *all = (struct window_entry *)(void *)entries->data;
	guint end;

	qsort(all, entries->len, sizeof(*all), compare_entries);
	for (guint i = 0; i < entries->len; i++)
		all[i].at = all[i].time;
	if (correlation->type != CORRELATION_TEMPORAL_ORDERED)
		return;
	for (guint first = 0; first < entries->len; first = end) {
		uint64_t latest = all[first].latest;

		for (end = first + 1; end < entries->len && all[end].time <= latest; end++)
			latest = MAX(latest, all[end].latest);
		if (end - first > 1 && end - first <= MOST_TIED)
			order_tied(all + first, end - first, all[first].time);
	}
}
