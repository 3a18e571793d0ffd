/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CORRELATION_WINDOW_H
#define WH_CORRELATION_WINDOW_H

#include "correlation/load.h"

struct correlated_event;

/* An event that one of a correlation's rules matched, and what the correlation looks at in it. */
struct window_entry {
	uint64_t time;
	uint64_t latest; /* that the time may stand for */
	uint64_t at; /* the moment that its place among the entries leaves it, of these */
	const struct correlated_event *event; /* of which the time is; NULL: of none alone */
	uint64_t tag;
	guint rule;
	union {
		const char *value; /* of value_count: equal ones are the same pointer */
		long double number; /* of value_sum and value_avg */
	};
};

/* A window that slides over the entries of one group. */
struct window;

/* A window before the first entry. Borrows both; `entries` (struct window_entry) are as
 * window_entries_sort() leaves them. */
struct window *window_new(const struct correlation *correlation, const GArray *entries);
void window_free(struct window *window);

/* Moves to the next window that no other holds wholly, and sets *number to what the correlation
 * compares: a count, sum or mean. False, with *number untouched, at the end. */
bool window_next(struct window *window, long double *number);

/* The indices of its entries: from window_start() up to, and without, window_end(). */
guint window_start(const struct window *window);
guint window_end(const struct window *window);

#endif
