/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_RULE_WANTS_H
#define WH_SIGMA_RULE_WANTS_H

#include "sigma/prefilter.h"
#include "sigma/rule.h"

/* An event id of a provider of a feed that a rule can match, and what it demands of it. */
struct rule_want {
	struct rule *rule; /* borrowed, as all below */
	const struct log_feed *feed;
	const char *provider; /* NULL: any of the feed */
	guint32 event_id;
	bool any_id; /* all of the feed */
	struct prefilter demand; /* never PREFILTER_NEVER */
};
void rule_want_free(struct rule_want *want);

/* Adds all (struct rule_want) to the array, WH_MAX_RULE_WANTS at most for each feed. None for a
 * rule over subscriptions. */
void rule_wants_add(struct rule *rule, GPtrArray *wants);

/* Warns of selections that no event of the rule's log source can meet. */
void rule_wants_check(const struct rule *rule, struct lint *lint);

#endif
