/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_COLLECTOR_H
#define WH_EVIDENCE_COLLECTOR_H

#include <glib.h>

#include "event/event.h"
#include "hunt/rules.h"
#include "evidence/evidence_store.h"

/* What a hunt keeps of the events around subscriptions: those that a rule matches. */
struct evidence_collector;

/* An empty collector that keeps `memory` bytes at most (evidence_store.h); borrows both. NULL is
 * fine to free. */
struct evidence_collector *evidence_collector_new(struct rule_set *rules,
						  const struct fault_sink *faults, uint64_t memory);
void evidence_collector_free(struct evidence_collector *collector);

/* Adds an event that is not of a subscription itself; borrows it for the call. Parts of one
 * script wait for the others. */
void evidence_collector_add(struct evidence_collector *collector, const struct event *event);

/*
 * Links what was kept to the subscriptions (struct subscription) that it belongs to, and gives
 * these their timelines; once, when all events are in. They borrow from the collector. `names`
 * (settled) says which hosts are one.
 */
void evidence_collector_link(struct evidence_collector *collector, const GPtrArray *subscriptions,
			     struct host_names *names);

/* What a rule matched or a link holds (struct evidence, borrowed), by host and time; the caller
 * unrefs the array. */
GPtrArray *evidence_collector_report(const struct evidence_collector *collector);

#endif
