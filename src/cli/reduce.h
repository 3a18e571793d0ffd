/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_REDUCE_H
#define WH_CLI_REDUCE_H

#include "event/event.h"
#include "hunt/baseline.h"
#include "hunt/rules.h"
#include "cli/rule_options.h"
#include "cli/session.h"
#include "evidence/collector.h"
#include "wmi/join.h"

/*
 * What `hunt`, `stack` and `baseline` share: a session whose events are joined into
 * subscriptions, and the rules that judge these.
 */
struct hunting {
	struct session session;
	/* Options, as given. */
	struct rule_options choice;
	char **baseline_paths;

	struct rule_set *rules;
	struct baseline *baseline;
	struct joiner *joiner;
	struct evidence_collector *collector;
	struct event event;
	struct tally tally; /* of hunting_collect() */
};

/* As session_begin(), with the options for rules behind the command's own. */
bool hunting_begin(struct hunting *hunting, int argc, char **argv,
		   const struct session_command *command, int *status);

/*
 * Loads the rules, then opens the output; prints what is wrong, and which rules are left out.
 */
bool hunting_open(struct hunting *hunting);

/* Reads all inputs. The subscriptions as of joiner_take(), with their timelines; the
 * caller unrefs them. */
GPtrArray *hunting_collect(struct hunting *hunting);

/* Then: the evidence around them (struct evidence, borrowed); the caller unrefs the array. */
GPtrArray *hunting_get_evidence(const struct hunting *hunting);

/* Then: as rule_set_take_correlations(). */
GPtrArray *hunting_take_correlations(struct hunting *hunting);

/* As rule_set_judge(); what a baseline vouches for, it vouches for before the packs do. */
void hunting_judge(struct hunting *hunting, const struct subscription *subscription,
		   struct verdict *out);

/* For one that was not opened: as session_release(). */
void hunting_release(struct hunting *hunting);

/* As session_end(). */
int hunting_end(struct hunting *hunting, bool matched);

#endif
