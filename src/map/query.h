/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_QUERY_H
#define WH_MAP_QUERY_H

#include <glib.h>
#include <stdbool.h>

#include "evtx/scan.h"
#include "hunt/rules.h"
#include "sigma/field_test.h"

/*
 * What a command asks for: all events; or those of any kind that are and hold what is given; or,
 * when neither is said, those of wmi_sources, those of wmi/host_event.h and those that a rule
 * matches.
 */
struct event_query {
	bool every;
	struct rule_set *rules; /* borrowed; NULL: none */
	/* As given; each may be repeated, and one of each kind has to fit: names in any case, with
	 * the wildcards of base/wildcard.h; lists of ids, and of ranges of them. */
	char **channels;
	char **providers;
	char **ids;
	char *pattern;

	GArray *ranges; /* struct id_range: the ids */
	struct field_test *match; /* the pattern as a keyword of a rule; NULL: any */
	struct regex_runner *runner;
	struct field_list texts; /* of the event at hand */
};

/* True when events are asked for by what they are and hold. */
bool event_query_is_set(const struct event_query *query);

/* True when nothing is: what a hunt needs is asked for. */
bool event_query_is_hunt(const struct event_query *query);

/* True when what logs held is asked for as well: by a hunt, and to know which channels there are.
 */
bool event_query_wants_logs(const struct event_query *query);

/* Checks what was given; false with *error set. */
bool event_query_prepare(struct event_query *query, GError **error);
void event_query_release(struct event_query *query);

/*
 * Fills the selection that the query, prepared if it is set, asks for; it borrows the query.
 * The caller releases the selection's plan. Compiles regexes to machine code, which a sandbox
 * forbids.
 *
 * The regex is sought in every value of a field, the host and the user's SID; an event is in
 * doubt when it hits its limits on one of them. Events on which a rule gave up are wanted:
 * whoever matches them again will say so.
 */
void event_query_select(struct event_query *query, struct event_selection *out);

#endif
