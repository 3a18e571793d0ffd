/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/window.h"

#include <string.h>

#include "base/limits.h"

/*
 * How it works. The window is a range of entries that are in order. window_next() drops
 * entries at the start until the next entry fits the timespan, then adds all that fit: no window
 * lies within another, and each entry is added and dropped once.
 *
 * What the condition asks about is kept up to date with each entry: a sum, or how often each value
 * or rule is there. A temporal_ordered correlation keeps, for each rule and length, the latest time
 * at which a chain of rules in their order that ends with that rule began: the chain is in the
 * window when it began no earlier than the first entry.
 */

/* The times at which a chain of so many rules in their order began. */
struct chains {
	uint64_t latest[WH_MAX_CORRELATION_RULES + 1]; /* by length; 0 unused */
	bool is_there[WH_MAX_CORRELATION_RULES + 1];
};

struct window {
	const struct correlation *correlation;
	const GArray *entries;
	guint start;
	guint end;
	GHashTable *counts; /* distinct value or rule → how often */
	long double sum;
	struct chains *chains; /* of each rule: those that end with it; of temporal_ordered */
};

struct window *window_new(const struct correlation *correlation, const GArray *entries)
{
	struct window *window = g_new0(struct window, 1);

	window->correlation = correlation;
	window->entries = entries;
	window->counts = g_hash_table_new(g_direct_hash, g_direct_equal);
	if (correlation->type == CORRELATION_TEMPORAL_ORDERED)
		window->chains = g_new0(struct chains, correlation->rules->len);
	return window;
}

void window_free(struct window *window)
{
	if (!window)
		return;
	g_hash_table_unref(window->counts);
	g_free(window->chains);
	g_free(window);
}

guint window_start(const struct window *window)
{
	return window->start;
}

guint window_end(const struct window *window)
{
	return window->end;
}

static const struct window_entry *entry_at(const struct window *window, guint index)
{
	return &g_array_index(window->entries, struct window_entry, index);
}

/* The rules count from one, since no key may be NULL. */
static gconstpointer distinct_key(const struct window *window, const struct window_entry *entry)
{
	return window->correlation->type == CORRELATION_VALUE_COUNT
		       ? entry->value
		       : GUINT_TO_POINTER(entry->rule + 1);
}

static bool counts_distinct(const struct window *window)
{
	return window->correlation->type == CORRELATION_VALUE_COUNT ||
	       window->correlation->type == CORRELATION_TEMPORAL;
}

static bool adds_up(const struct window *window)
{
	return window->correlation->type == CORRELATION_VALUE_SUM ||
	       window->correlation->type == CORRELATION_VALUE_AVG;
}

static void count(struct window *window, const struct window_entry *entry, int change)
{
	gpointer key = (gpointer)distinct_key(window, entry);
	guint times = GPOINTER_TO_UINT(g_hash_table_lookup(window->counts, key));

	times = (guint)((int)times + change);
	if (times == 0)
		g_hash_table_remove(window->counts, key);
	else
		g_hash_table_insert(window->counts, key, GUINT_TO_POINTER(times));
}

static void begin_chain(struct chains *chains, guint length, uint64_t time)
{
	if (!chains->is_there[length] || chains->latest[length] < time)
		chains->latest[length] = time;
	chains->is_there[length] = true;
}

/* Of the chains of one length that end with one rule, only the one that began last is
 * worth keeping: it stays longest in the window. */
static void extend_chains(struct window *window, const struct window_entry *entry)
{
	struct chains *own = &window->chains[entry->rule];

	begin_chain(own, 1, entry->at);
	for (guint rule = 0; rule < entry->rule; rule++)
		for (guint length = 1; length <= rule + 1; length++)
			if (window->chains[rule].is_there[length])
				begin_chain(own, length + 1, window->chains[rule].latest[length]);
}

/* How many rules, in their order, the window holds. */
static guint longest_chain(const struct window *window)
{
	uint64_t from = entry_at(window, window->start)->at;
	guint longest = 0;

	for (guint rule = 0; rule < window->correlation->rules->len; rule++)
		for (guint length = longest + 1; length <= rule + 1; length++)
			if (window->chains[rule].is_there[length] &&
			    window->chains[rule].latest[length] >= from)
				longest = length;
	return longest;
}

static void add_entry(struct window *window, const struct window_entry *entry)
{
	if (counts_distinct(window))
		count(window, entry, 1);
	else if (adds_up(window))
		window->sum += entry->number;
	else if (window->chains)
		extend_chains(window, entry);
}

static void drop_entry(struct window *window, const struct window_entry *entry)
{
	if (counts_distinct(window))
		count(window, entry, -1);
	else if (adds_up(window))
		window->sum -= entry->number;
}

static long double measure(const struct window *window)
{
	guint length = window->end - window->start;

	switch (window->correlation->type) {
	case CORRELATION_EVENT_COUNT:
		return length;
	case CORRELATION_VALUE_SUM:
		return window->sum;
	case CORRELATION_VALUE_AVG:
		return window->sum / length;
	case CORRELATION_TEMPORAL_ORDERED:
		return longest_chain(window);
	default:
		return g_hash_table_size(window->counts);
	}
}

/* A coarse time may be as near as any that it stands for. */
static bool fits(const struct window *window, guint index)
{
	uint64_t at = entry_at(window, index)->at;
	uint64_t from = entry_at(window, window->start)->latest;

	return at <= from || at - from <= window->correlation->timespan;
}

bool window_next(struct window *window, long double *number)
{
	guint length = window->entries->len;

	if (window->end == length)
		return false;
	/* The last one ended where the next entry did not fit. */
	while (window->start < window->end && !fits(window, window->end))
		drop_entry(window, entry_at(window, window->start++));
	while (window->end < length && fits(window, window->end))
		add_entry(window, entry_at(window, window->end++));
	*number = measure(window);
	return true;
}
