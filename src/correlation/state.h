/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CORRELATION_STATE_H
#define WH_CORRELATION_STATE_H

#include "correlation/finding.h"

/*
 * The events of one correlation. They come in any order of time; windows are exact: any
 * two events whose times differ by the timespan or less can stand in one.
 *
 * The condition is asked of each window that no other holds wholly: so "fewer than three"
 * means a window that cannot be widened without losing an event, not a part of a burst.
 * Windows that meet it and share an event make one hit.
 */
struct correlation_state;

/* An event that one of the rules matched. All is borrowed for the call. */
struct correlation_event {
	uint64_t time; /* FILETIME */
	const struct correlated_event *event; /* whose time that is, which must outlive the state;
						 NULL: no one event's */
	guint rule; /* index in correlation->rules */
	uint64_t tag; /* the caller's, to know it again */
	const char *const *group; /* text of each group_by field; an event without one of
				     them (NULL) belongs to no group */
	const char *const *values; /* of each of `fields`; a NULL, or no number where one is
				      needed, leaves the event out */
};

struct correlation_hit {
	GPtrArray *group; /* char *, as first seen */
	uint64_t first; /* time */
	uint64_t last;
	long double number; /* what met the condition, in the first window that did */
	size_t events; /* how many it holds; a tag that follows itself counts once */
	GArray *tags; /* uint64_t, by time, WH_MAX_CORRELATION_MEMBERS at most */
	uint64_t last_tag;
};
void correlation_hit_free(struct correlation_hit *hit);

/* True when a state surely holds so many events, whose group's texts have so many bytes together;
 * for a correlation that looks at no values. */
bool correlation_state_can_hold(const struct correlation *correlation, size_t events, size_t bytes);

/* An empty state; borrows the correlation. NULL is fine to free. */
struct correlation_state *correlation_state_new(const struct correlation *correlation);
void correlation_state_free(struct correlation_state *state);

/* Adds an event, and copies what it keeps. False when the event is left out because the state is
 * full; an event that lacks a field is left out too, with true. */
bool correlation_state_add(struct correlation_state *state, const struct correlation_event *event);

/* The hits (struct correlation_hit) by time, then group; the caller unrefs the array. The
 * state is empty afterwards. */
GPtrArray *correlation_state_take(struct correlation_state *state);

#endif
