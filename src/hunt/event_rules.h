/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_EVENT_RULES_H
#define WH_HUNT_EVENT_RULES_H

#include <glib.h>
#include <stdbool.h>

#include "event/event.h"
#include "evtx/sieve.h"
#include "sigma/rule_wants.h"

/* The rules over events, arranged so that few of them are tried on each event. */
struct event_rules;

struct event_rules *event_rules_new(void);
void event_rules_free(struct event_rules *events);

/* Borrows the rule; one over subscriptions has no effect. What it wants is in `wants` (struct
 * rule_want, taken), or found out where that is NULL. */
void event_rules_add(struct event_rules *events, struct rule *rule, const GPtrArray *wants);

/*
 * What event_rules_try() calls for a rule of whose log source the event is, and whose needed texts
 * the event holds: `subject` is the event as that source has it. False stops.
 */
struct event_trial {
	bool (*try)(void *context, struct rule *rule, const struct field_list *subject);
	void *context;
};
void event_rules_try(struct event_rules *events, const struct event *event,
		     const struct event_trial *trial);

/* Calls `take` for all that rules want of events of that id, of any source. */
void event_rules_list_wants(const struct event_rules *events, uint32_t event_id,
			    void (*take)(void *context, const struct rule_want *want),
			    void *context);

/* Makes ready what many rules of one event id need: for a process that forks others, each of which
 * would do it. */
void event_rules_prepare(struct event_rules *events);

/* Is one of them over processes, so that unnamed parents are to be named (hunt/unnamed_parent.h)?
 */
bool event_rules_name_parents(const struct event_rules *events);

/* Adds what the rules can match, and what names parents, to a plan. */
void event_rules_fill_plan(struct event_rules *events, struct sieve_plan *plan);

#endif
