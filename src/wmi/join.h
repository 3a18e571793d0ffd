/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_JOIN_H
#define WH_WMI_JOIN_H

#include "wmi/host_names.h"
#include "wmi/record_order.h"
#include "wmi/subscription.h"

/*
 * Joins facts into subscriptions, machine by machine (wmi/host_names.h). Facts that repeat (5861 at
 * every boot) collapse as they arrive, so memory grows with distinct subscriptions and the short
 * list of their sightings. The result does not depend on the order in which facts arrive.
 *
 * What is kept is bounded, and shared among hosts as share_allows() says; a host that has more than
 * its share loses what came last.
 */
struct joiner;

/* A host that there was not enough room for. */
struct full_host {
	const char *name; /* NULL when it has none; borrowed from the joiner */
	uint64_t left_out; /* events */
};

/* An empty joiner that keeps `memory` bytes at most; NULL is fine to free. */
struct joiner *joiner_new(uint64_t memory);
void joiner_free(struct joiner *joiner);

/* Adds a fact as wmi_fact_from_event() gives it, and the event it came from. Copies what
 * it needs of both. */
void joiner_add(struct joiner *joiner, const struct event *event, const struct wmi_fact *fact);

/* Where clocks were set back (struct clock_step, by host), as joiner_take() found them. Borrowed.
 */
const GPtrArray *joiner_get_clock_steps(const struct joiner *joiner);

/* The hosts (struct full_host, by name) of which events were left out, as joiner_take() found them.
 * Borrowed. */
const GPtrArray *joiner_get_full_hosts(const struct joiner *joiner);

/*
 * The subscriptions (struct subscription, sorted by host, first seen, names, content);
 * the caller unrefs the array, before the joiner and `names` are freed, whose memory they borrow.
 * No facts are left in the joiner. `names` (settled) says which hosts are one; NULL: each name is a
 * host.
 *
 * Each filter and consumer content that was ever bound under one pair of names is a
 * subscription of its own: active while it is the newest, modified once other content
 * took its place or its last event said so, deleted while its filter, consumer or
 * binding is. Parts that were never bound stand alone, as `parts` says.
 */
GPtrArray *joiner_take(struct joiner *joiner, struct host_names *names);

#endif
