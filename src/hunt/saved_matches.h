/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_SAVED_MATCHES_H
#define WH_HUNT_SAVED_MATCHES_H

#include "correlation/correlations.h"
#include "hunt/rules.h"

/* What a rule set does for correlations across hosts when it sees only some of the hosts. */

/* Takes an event, and what is to be saved of it (struct correlation_match), for the call. */
struct match_sink {
	void (*take)(void *context, const struct event *event, const GPtrArray *saved);
	void *context;
};

/* Which correlations are asked for, before any event is judged. `sink` (copied) is needed for
 * CORRELATE_HOSTS, else NULL. */
void rule_set_set_scope(struct rule_set *rules, enum correlation_scope scope,
			const struct match_sink *sink);

/* Hands the correlations what was saved of an event: that the rule of that id, or without an id
 * (NULL) of that title, matched it, and its fields. False when no correlation refers to such a
 * rule. Between events, rule_set_next_saved() is called. */
void rule_set_next_saved(struct rule_set *rules);
bool rule_set_add_saved(struct rule_set *rules, const struct event *event, const char *id,
			const char *title, const struct field_list *fields);

#endif
