/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_RULES_H
#define WH_HUNT_RULES_H

#include <glib.h>
#include <stdbool.h>

#include "base/fault.h"
#include "hunt/match.h"
#include "wmi/subscription.h"

/* A set of hunt packs: Sigma rules and Sigma filters, compiled. */
struct rule_set;

/* A message about a rule file; line and column count from 1, 0 when the place is not known. */
struct rule_message {
	char *file;
	unsigned line;
	unsigned column;
	bool is_error; /* else a warning */
	char *text;
};
void rule_message_free(struct rule_message *message);

struct rule_set *rule_set_new(void);
void rule_set_free(struct rule_set *rules);

/*
 * Each loads what it can and adds struct rule_message to `messages` for the rest;
 * false when any of them is an error. A path is a file, or a folder whose *.yml and
 * *.yaml files are loaded, at any depth, in the order of their names.
 */
bool rule_set_add_builtin(struct rule_set *rules, GPtrArray *messages);
bool rule_set_add_path(struct rule_set *rules, const char *path, GPtrArray *messages);
bool rule_set_add_text(struct rule_set *rules, const char *file, const char *text, size_t length,
		       GPtrArray *messages);

/*
 * Warns of targets that no loaded rule is, for the filters from the `first_filter`-th on.
 * The first two above do so for the filters they add.
 */
void rule_set_check_targets(const struct rule_set *rules, size_t first_filter, GPtrArray *messages);

/* How many rules and filters are loaded. */
size_t rule_set_count_rules(const struct rule_set *rules);
size_t rule_set_count_filters(const struct rule_set *rules);

/*
 * Matches the rules over events as logged (category wmi_event, service wmi) against one
 * event, and keeps what they say until rule_set_judge() asks for the subscription that
 * it told of. Costs nothing when no such rule is loaded. `faults` as below.
 */
void rule_set_note_event(struct rule_set *rules, const struct event *event,
			 const struct fault_sink *faults);

/* What the set says of one subscription. Strings are borrowed from the rule set. */
struct verdict {
	GPtrArray *matches; /* struct match, by level (critical first), then id */
	const char *known_good_id; /* of the filter that vouches for it (its title where it has no
				      id), NULL when none does */
	const char *known_good_title;
};

/*
 * A filter for all rules vouches for the subscriptions that it takes away: they are
 * known-good and have no matches.
 *
 * Matches one subscription, and the events that told of it where event rules are loaded
 * (see rule_set_note_event). A regex that hits its match limit is reported through
 * `faults` naming the rule (may be NULL), and counts as no match.
 */
void rule_set_judge(struct rule_set *rules, const struct subscription *subscription,
		    const struct fault_sink *faults, struct verdict *out);
void verdict_release(struct verdict *verdict);

#endif
