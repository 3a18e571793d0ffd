/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_RULES_H
#define WH_HUNT_RULES_H

#include <glib.h>
#include <stdbool.h>

#include "base/fault.h"
#include "evtx/sieve.h"
#include "hunt/finding.h"
#include "hunt/left_out.h"
#include "sigma/match.h"
#include "wmi/subscription.h"

/* A set of hunt packs: Sigma rules, filters and correlations, compiled. */
struct rule_set;

struct rule_set *rule_set_new(void);
void rule_set_free(struct rule_set *rules);

/* Skips what only finds warnings when rules are loaded afterwards, for a caller that shows none;
 * some still come. */
void rule_set_want_errors_only(struct rule_set *rules);
bool rule_set_wants_errors_only(const struct rule_set *rules);

/*
 * Each loads what it can and adds struct rule_message to `messages` for the rest;
 * false when any of them is an error. A path is a file, or a folder whose *.yml and
 * *.yaml files are loaded, at any depth, in the order of their names.
 */
bool rule_set_add_builtin(struct rule_set *rules, GPtrArray *messages);
bool rule_set_add_path(struct rule_set *rules, const char *path, GPtrArray *messages);
bool rule_set_add_text(struct rule_set *rules, const char *file, const char *text, size_t length,
		       GPtrArray *messages);

/* Loads the packed form of one of the program's packs, and moves *at after it. */
void rule_set_add_packed(struct rule_set *rules, const char *file, const uint8_t **at,
			 GPtrArray *messages);

/*
 * Warns of targets that no loaded rule is, for the filters from the `first_filter`-th on.
 * rule_set_add_builtin() and rule_set_add_path() do so for the filters they add. Adds struct
 * rule_message to `messages`.
 */
void rule_set_check_targets(const struct rule_set *rules, size_t first_filter, GPtrArray *messages);

/*
 * Finds what each correlation refers to; once, when all rules are loaded, before any is matched.
 * Adds struct rule_message to `messages`; false when one of them is an error.
 */
bool rule_set_link(struct rule_set *rules, GPtrArray *messages);

/*
 * What is not hunted with of all that the functions above were given (struct left_out), in that
 * order: what is broken, or asks for what cannot be done; what is for logs that are not read;
 * what is loaded already; what is no rule. Borrowed.
 */
const GPtrArray *rule_set_get_left_out(const struct rule_set *rules);

/* Takes one that the caller could not even read. */
void rule_set_leave_out(struct rule_set *rules, struct left_out *left_out);

/* How many documents are of use: rules, filters, correlations before they are linked, tables of log
 * sources. */
size_t rule_set_count_used(const struct rule_set *rules);

/* How many rules and filters are loaded, and correlations linked. */
size_t rule_set_count_rules(const struct rule_set *rules);
size_t rule_set_count_filters(const struct rule_set *rules);
size_t rule_set_count_correlations(const struct rule_set *rules);

/* How many of the filters vouch for subscriptions: those for all rules of subscriptions. */
size_t rule_set_count_vouchers(const struct rule_set *rules);

/*
 * Matches the rules over events as logged against one event: true when one of them matches that
 * no filter takes away. Adds the matches (struct match, by level) to `matches`, which is empty,
 * or with NULL only finds out whether there is one, or a rule that gave up. A regex that hits its
 * match limit counts as no match; the first of each rule is reported through `faults` (may be
 * NULL).
 */
bool rule_set_match_event(struct rule_set *rules, const struct event *event,
			  const struct fault_sink *faults, GPtrArray *matches);

/*
 * Matches the rules over events as logged against one event that is being gathered, so once for
 * each event: hands it to the correlations, and adds the matches (struct match, by level) to
 * `matches`, which is empty; true when there is one. Rules that only correlations refer to, none of
 * which says `generate: true`, give no match. The first regex of each rule that hits its match
 * limit is reported through `faults` (may be NULL).
 */
bool rule_set_judge_event(struct rule_set *rules, const struct event *event,
			  const struct fault_sink *faults, GPtrArray *matches);

/*
 * The correlations that hold (struct correlation_finding) of all events judged or noted, in the
 * order of host and time; once, when all are in. The caller unrefs the array before the rule set
 * is freed. `faults` (may be NULL) gets a fault when events did not fit into memory.
 */
GPtrArray *rule_set_take_correlations(struct rule_set *rules, const struct fault_sink *faults);

/* Must the event be there, though perhaps no rule matches it, so that others' parents can be named
 * (hunt/unnamed_parent.h)? */
bool rule_set_needs_event(const struct rule_set *rules, const struct event *event);

struct event_kind;
struct rule;

/* Takes a rule that no event of a kind can match for want of the field, as Windows names it. */
typedef void (*unmet_rule_taker)(void *context, const struct rule *rule, const char *field);

/*
 * Calls `take` for each rule over events that an event of that provider, channel and id may match,
 * and that cannot match one which has no other fields than the kind's. What Windows does not log is
 * no such field. A rule may come several times, for as many sources of its events.
 */
void rule_set_find_unmet(const struct rule_set *rules, const struct event_kind *kind,
			 unmet_rule_taker take, void *context);

/* Adds the events as logged that the rules can match to `plan`, what a reader is asked for. */
void rule_set_fill_plan(const struct rule_set *rules, struct sieve_plan *plan);

/* Compiles the regexes of rules over events to machine code at once, for a process whose children
 * enter a sandbox that forbids it, and makes ready what each of these would make. */
void rule_set_prepare(const struct rule_set *rules);

/* The same for all rules, those over subscriptions and those that were not loaded yet. */
void rule_set_prepare_all(struct rule_set *rules);

/*
 * Matches one event that reports a subscription, as rules over events and correlations have it, and
 * keeps the matches until rule_set_judge() is asked about that subscription. The first regex of
 * each rule that hits its match limit is reported through `faults` (may be NULL).
 */
void rule_set_note_event(struct rule_set *rules, const struct event *event,
			 const struct fault_sink *faults);

/*
 * A filter for all rules vouches for the subscriptions that it takes away: they are
 * known-good and have no matches.
 *
 * Matches one subscription, and adds the matches of the events that report it, which
 * rule_set_note_event() kept. A regex that hits its match limit counts as no match;
 * the first of each rule is reported through `faults` (may be NULL) naming the rule.
 * The caller releases *out.
 */
void rule_set_judge(struct rule_set *rules, const struct subscription *subscription,
		    const struct fault_sink *faults, struct finding *out);

#endif
