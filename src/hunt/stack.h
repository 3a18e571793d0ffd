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

/* One group. What is borrowed belongs to the subscriptions and the rules. */
struct stack_entry {
	char *key;
	const struct subscription *earliest; /* borrowed: of those seen first, the first added */
	GHashTable *hosts; /* folded name → as first spelled */
	guint of_hosts; /* that there are in all */
	GHashTable *filter_names; /* folded name → as first spelled; without absent names */
	GHashTable *consumer_names; /* folded name → as first spelled; without absent names */
	uint64_t first_seen; /* FILETIME, 0 when no event had a time */
	uint64_t last_seen;
	size_t subscriptions;
	size_t active; /* of these */
	size_t vouched; /* of these, known-good */
	bool incomplete; /* one of them is */
	/* Of the first that is known-good, borrowed, else NULL. */
	const char *known_good_id;
	const char *known_good_title;
	/* The highest match: borrowed, else NULL. */
	const char *rule_id;
	const char *rule_title;
	enum rule_level level; /* when there is a rule_title */
};

/* A stack without groups, of so many hosts in all; NULL is fine to free. */
struct stack *stack_new(guint of_hosts);
void stack_free(struct stack *stack);

/* Adds a subscription to the group with that key (copied). What the finding borrows must outlive
 * the stack; the finding itself need not. */
void stack_add(struct stack *stack, const char *key, const struct finding *finding);

/* The groups (struct stack_entry, borrowed): fewest hosts first, then the latest first
 * seen, then by key. The caller unrefs the array. */
GPtrArray *stack_list(const struct stack *stack);

/* The names of a set of an entry, as spelled and sorted; the caller unrefs the array. */
GPtrArray *stack_names(GHashTable *names);

#endif
