/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_QUERY_H
#define WH_MAP_QUERY_H

#include <glib.h>
#include <stdbool.h>

#include "event/event.h"
#include "evtx/sieve.h"
#include "sigma/regex.h"

/* Events of any kind, asked for by what they are and hold. */
struct event_query {
	/* As given; each may be repeated, and one of each kind has to fit. */
	char **channels;
	char **providers;
	char **ids;
	char *pattern;

	GArray *numbers; /* uint32_t: the ids */
	struct regex *match; /* NULL: any */
	struct regex_runner *runner;
};

/* True when anything was given. */
bool event_query_is_set(const struct event_query *query);

/* Checks what was given; false with *error set. */
bool event_query_prepare(struct event_query *query, GError **error);
void event_query_release(struct event_query *query);

/* Asks for the records that can fit. */
void event_query_fill_plan(const struct event_query *query, struct sieve_plan *plan);

/*
 * The regex is sought in every value of a field, the host and the user's SID. One that hits
 * its limits on a text does not match; *gave_up then says so.
 */
bool event_query_holds(const struct event_query *query, const struct event *event, bool *gave_up);

#endif
