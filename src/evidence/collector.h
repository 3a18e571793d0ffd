/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_COLLECTOR_H
#define WH_EVIDENCE_COLLECTOR_H

#include <glib.h>

#include "event/event.h"
#include "hunt/rules.h"
#include "evidence/evidence_store.h"

/* What a hunt keeps of the events around subscriptions: those that a rule matches. */
struct surroundings;

/* Borrows both. */
struct surroundings *surroundings_new(struct rule_set *rules, const struct fault_sink *faults);
void surroundings_free(struct surroundings *surroundings);

/* Takes an event that tells of no subscription, for the call. Parts of one script wait for
 * the others. */
void surroundings_add(struct surroundings *surroundings, const struct event *event);

/*
 * Links what was kept to the subscriptions (struct subscription) that it speaks of, and gives
 * these their timelines; once, when all events are in. They borrow from the surroundings.
 */
void surroundings_link(struct surroundings *surroundings, const GPtrArray *subscriptions);

/* What is worth showing (struct evidence), as evidence_store_report(). */
GPtrArray *surroundings_report(const struct surroundings *surroundings);

#endif
