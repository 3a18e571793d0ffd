/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_FINDING_H
#define WH_HUNT_FINDING_H

#include <glib.h>

#include "correlation/finding.h"
#include "wmi/subscription.h"

struct evidence; /* evidence/evidence.h */

enum finding_kind { FINDING_SUBSCRIPTION, FINDING_EVIDENCE, FINDING_CORRELATION };

/*
 * A subscription, an event around one, or a correlation that held, with what rules say of it.
 * All but the matches is borrowed: the thing from who found it, the strings from the rule sets.
 */
struct finding {
	enum finding_kind kind;
	/* The one that `kind` names. */
	union {
		const struct subscription *subscription;
		const struct evidence *evidence;
		const struct correlation_finding *correlation;
	};
	/* The fingerprints of a subscription's filter and consumer, NULL where it has none:
	 * borrowed from the rule set until it judges the next. */
	bool has_fingerprints; /* else nobody made them */
	const char *filter_sha256;
	const char *consumer_sha256;
	GPtrArray *matches; /* struct match, by level (critical first), then id; a reference */
	/* Of the filter that vouches for it (its title where it has no id), NULL when none does. */
	const char *known_good_id;
	const char *known_good_title;
	bool is_related; /* shown for the subscription that it is linked to, not for its own sake */
};

/* The highest of its matches' (enum rule_level), or -1. Three medium rules that meet on one
 * subscription make it high. */
int finding_level(const struct finding *finding);

/* Gives back the matches, before the rule sets are freed. */
static inline void finding_release(struct finding *finding)
{
	g_clear_pointer(&finding->matches, g_ptr_array_unref);
}

#endif
