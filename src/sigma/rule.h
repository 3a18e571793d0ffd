/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_RULE_H
#define WH_SIGMA_RULE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sigma/detection.h"
#include "sigma/match.h"

/* A Sigma rule, or a Sigma filter that takes matches away from rules. */
struct rule {
	char *file;
	struct place place; /* of its id, else of the document */
	char *id; /* or NULL */
	char *name; /* or NULL */
	char *title;
	enum rule_level level;
	GPtrArray *tags; /* char * */
	GPtrArray *references; /* char *: addresses and titles */
	char *triage; /* what to look at next, or NULL */
	const struct log_source *source; /* borrowed */
	struct detection detection; /* empty until `packed` is read */
	const uint8_t *packed; /* see rule_unpack(): the detection, not read yet; or NULL */
	bool is_filter;
	bool gave_up; /* a regex hit a limit, which has been reported */
	GPtrArray *targets; /* a filter's: struct rule_target; NULL: every rule of its source */
};

/* The id or name of a rule that a filter is for. */
struct rule_target {
	char *name;
	struct place place;
};
void rule_target_free(struct rule_target *target);

/* Reads one document. NULL, with an error in `lint`, when it is no rule that can be
 * matched as written. */
struct rule *rule_load(struct log_sources *sources, const struct yaml_node *document,
		       struct lint *lint);
void rule_free(struct rule *rule);

/* What the rule finds, read now if it was not before. Borrowed. */
const struct detection *rule_get_detection(struct rule *rule);

/* True when the target names that rule. */
bool rule_target_is(const struct rule_target *target, const struct rule *rule);

/* True when the filter is for that rule. */
bool rule_filters(const struct rule *filter, const struct rule *rule);

#endif
