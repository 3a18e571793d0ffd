/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CORRELATION_CORRELATIONS_H
#define WH_CORRELATION_CORRELATIONS_H

#include <glib.h>
#include <stdbool.h>

#include "base/fault.h"
#include "event/event.h"
#include "correlation/load.h"
#include "sigma/rule.h"
#include "sigma/fields.h"

/*
 * The correlations of a rule set, and the events that they may hold: kept until all are in, so that
 * the order in which they come makes no difference. What they take is bounded by
 * WH_MAX_CORRELATION_EVENTS and WH_MAX_CORRELATION_TEXT.
 */
struct correlations;

/*
 * A correlation that groups by the host is of one: it may be asked where all events of that host
 * are. One that does not may hold events of any: who has only some hosts can do no more than save
 * what rules matched for it, and leave it to who has all that was saved.
 */
enum correlation_scope {
	CORRELATE_ALL,
	CORRELATE_HOSTS, /* those of one host, and what others need is saved */
	CORRELATE_SAVED, /* the others, of what was saved */
};

/* What is saved of a rule that matched an event. */
struct correlation_match {
	const struct rule *rule; /* borrowed */
	GPtrArray *fields; /* char *: names, each followed by the event's text */
};

/* An empty set; NULL is fine to free. */
struct correlations *correlations_new(void);
void correlations_free(struct correlations *correlations);

/* Takes a correlation (of correlation_load()). */
void correlations_take(struct correlations *correlations, struct correlation *correlation);

/*
 * Finds the rules (struct rule, borrowed) and correlations that each refers to; once, when all are
 * there. One that cannot hold is left out, with an error (struct rule_message) in `messages`;
 * false when there is one.
 */
bool correlations_link(struct correlations *correlations, const GPtrArray *rules,
		       GPtrArray *messages);

/* Those that were not linked (struct correlation, borrowed); the caller unrefs the array. */
GPtrArray *correlations_list_unlinked(const struct correlations *correlations);

/* The linked one of that id, or without an id (NULL) of that title; NULL when there is none. */
const struct correlation *correlations_find(const struct correlations *correlations, const char *id,
					    const char *title);

/* How many were linked. */
size_t correlations_count(const struct correlations *correlations);

/* True when correlations refer to the rule and none of them lets it report its own matches. */
bool correlations_silence(const struct correlations *correlations, const struct rule *rule);

/* What is asked for (CORRELATE_ALL if nothing is said); before any event is added. */
void correlations_set_scope(struct correlations *correlations, enum correlation_scope scope);

/* For CORRELATE_HOSTS: what is to be saved of the event at hand (struct correlation_match).
 * Borrowed, until the next event. */
const GPtrArray *correlations_get_saved(const struct correlations *correlations);

/* The rule of that id, or without an id (NULL) of that title, that a correlation refers to. NULL:
 * there is none. */
const struct rule *correlations_find_rule(const struct correlations *correlations, const char *id,
					  const char *title);

/* From now on correlations_add_match() is about another event than before. */
void correlations_next_event(struct correlations *correlations);

/* Notes that the rule matched the event, whose fields `subject` gives; at most once for a rule and
 * an event. Copies what it keeps. */
void correlations_add_match(struct correlations *correlations, const struct event *event,
			    const struct rule *rule, const struct field_list *subject);

/*
 * What holds (struct correlation_finding) in the order of host and time; the caller unrefs the
 * array, before the correlations are freed. Once, when all events are in. Events that did not fit
 * into memory are a fault (`faults` may be NULL).
 */
GPtrArray *correlations_report(struct correlations *correlations, const struct fault_sink *faults);

#endif
