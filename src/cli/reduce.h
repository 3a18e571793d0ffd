/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_REDUCE_H
#define WH_CLI_REDUCE_H

#include "cli/session.h"
#include "evidence/collector.h"
#include "evidence/coverage.h"
#include "hunt/finding.h"
#include "wmi/join.h"
#include "wmi/stored_objects.h"

/* The events of a session, joined into subscriptions and the evidence around them. */
struct reduce {
	struct session *session; /* borrowed */
	struct host_names *names;
	GHashTable *asked; /* struct host_identity → does --host ask for it, as far as tried */
	struct joiner *joiner;
	struct stored_objects *stored;
	struct stored_objects *told; /* by tools and MOF texts */
	struct evidence_collector *collector;
	struct coverage *coverage;
	GPtrArray *hosts; /* struct host_coverage, by name */
	GPtrArray
		*subscriptions; /* struct subscription, with their timelines, in the order of
				   joiner_take(); last of each host those of its repository alone */
};

/* The objects of repositories that a reduce asks its session for. */
extern const struct object_wants reduce_wants;

/* Reads all inputs of the session. */
void reduce_init(struct reduce *reduce, struct session *session);
void reduce_release(struct reduce *reduce);

/* What the rules say of a subscription; what a baseline vouches for, it vouches for before the
 * packs do. The caller releases *out before the rules are freed. */
void reduce_judge(const struct reduce *reduce, const struct subscription *subscription,
		  struct finding *out);

/* How many hosts the events are of, those that were not asked for left out. */
guint reduce_count_hosts(const struct reduce *reduce);

/* Hands over all subscriptions, then the evidence, then the correlations that hold, whatever the
 * rules say of each, until `take` returns false. Once. */
void reduce_judge_all(const struct reduce *reduce,
		      bool (*take)(void *context, const struct finding *finding), void *context);

#endif
