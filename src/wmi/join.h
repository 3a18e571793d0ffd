/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_JOIN_H
#define WH_WMI_JOIN_H

#include "wmi/record_order.h"
#include "wmi/subscription.h"

/*
 * Joins facts into subscriptions, host by host. Facts that repeat (5861 at every
 * boot) collapse as they arrive, so memory grows with distinct subscriptions and
 * the short list of their sightings. The result does not depend on the order in
 * which facts arrive.
 */
struct joiner;

/* An empty joiner; NULL is fine to free. */
struct joiner *joiner_new(void);
void joiner_free(struct joiner *joiner);

/* Adds a fact as wmi_fact_from_event() gives it, and the event it came from. Copies what
 * it needs of both, or shares it (wmi_filter_ref). */
void joiner_add(struct joiner *joiner, const struct event *event, const struct wmi_fact *fact);

/* Where clocks were set back (struct clock_step, by host), as joiner_take() found them. Borrowed.
 */
const GPtrArray *joiner_get_clock_steps(const struct joiner *joiner);

/*
 * The subscriptions (struct subscription, sorted by host, first seen, names, content);
 * the caller unrefs the array. The joiner is empty afterwards.
 *
 * Each filter and consumer content that was ever bound under one pair of names is a
 * subscription of its own: active while it is the newest, modified once other content
 * took its place or its last event said so, deleted while its filter, consumer or
 * binding is. Parts that were never bound stand alone, as `parts` says.
 */
GPtrArray *joiner_take(struct joiner *joiner);

#endif
