/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_RULE_SET_H
#define WH_HUNT_RULE_SET_H

#include "correlation/correlations.h"
#include "hunt/event_matches.h"
#include "hunt/event_rules.h"
#include "hunt/judges.h"
#include "hunt/rules.h"
#include "hunt/saved_matches.h"

/* What those who load rules and those who judge by them share. */
struct rule_set {
	GPtrArray *rules; /* struct rule */
	GPtrArray *filters; /* struct rule */
	GHashTable *claims; /* see rule_claims_new() */
	struct correlations *correlations;
	struct match_sink sink; /* of what is saved for correlations */
	struct log_sources *sources;
	const struct log_source *subscriptions; /* one of them */
	GPtrArray *left_out; /* struct left_out */
	size_t used; /* documents that are of use */
	bool has_builtin; /* the program's packs are loaded */
	GPtrArray *paths; /* char *: that were added */
	GString *digests; /* of the files below these, one after the other */
	bool errors_only; /* loading gives no warnings that cost time to find */
	struct regex_runner *runner;
	struct field_list subject; /* of the subscription judged last */
	struct judges *judges; /* rules over subscriptions, and filters for all of them */
	struct event_rules *events;
	struct event_matches *noted;
	GPtrArray *matched; /* struct rule: those that matched the event at hand so far; borrowed */
};

#endif
