/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_STACK_H
#define WH_HUNT_STACK_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hunt/finding.h"
#include "wmi/subscription.h"

/* Subscriptions of many hosts in groups of what is alike, as the caller's key says. */
struct stack;

/* One group, whatever the order in which its subscriptions were added. Texts are the stack's. */
struct stack_entry {
	const char *key;
	const struct subscription
		*earliest; /* borrowed: the one seen first; of several, by its names */
	/* Its fingerprints, as struct finding has them. */
	bool has_fingerprints;
	const char *filter_sha256;
	const char *consumer_sha256;
	const char *earliest_names; /* its host, filter and consumer, for comparing */
	GHashTable
		*hosts; /* folded name → as spelled (of several spellings, the first by strcmp()) */
	guint of_hosts; /* that there are in all: set by stack_list() */
	GHashTable *filter_names; /* the same, without absent names */
	GHashTable *consumer_names; /* the same */
	uint64_t first_seen; /* FILETIME, 0 when no event had a time */
	uint64_t last_seen;
	size_t subscriptions;
	size_t active; /* of these */
	size_t vouched; /* of these, known-good */
	bool incomplete; /* one of them is */
	/* Of the first filter by its id that vouches for one of them, else NULL. */
	const char *known_good_id;
	const char *known_good_title;
	/* The highest match, of several the first by its id; else NULL. */
	const char *rule_id;
	const char *rule_title;
	enum rule_level level; /* when there is a rule_title */
};

/* A stack without groups; NULL is fine to free. */
struct stack *stack_new(void);
void stack_free(struct stack *stack);

/* Adds a subscription, with its fingerprints, to the group with that key (copied). Returns the
 * group when the subscription is its earliest now, which it then borrows, else NULL. */
struct stack_entry *stack_add(struct stack *stack, const char *key, const struct finding *finding);

/* The groups (struct stack_entry, borrowed), of so many hosts in all: fewest hosts first, then the
 * latest first seen, then by key. The caller unrefs the array. */
GPtrArray *stack_list(const struct stack *stack, guint of_hosts);

/* The names of a set of an entry, as spelled and sorted; the caller unrefs the array. */
GPtrArray *stack_names(GHashTable *names);

#endif
