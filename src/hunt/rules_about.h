/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_RULES_ABOUT_H
#define WH_HUNT_RULES_ABOUT_H

#include "hunt/rules.h"

/* What reports say of a rule set itself, and of its rules beside what they matched. */

/* What a rule or correlation says besides its matches; borrowed from the set. */
struct rule_source {
	const struct rule *rule; /* NULL for a correlation */
	const char *file;
	const GPtrArray *references; /* char * */
	const char *triage; /* or NULL */
};

/* Finds the loaded rule, or correlation that was linked, of that id, or without one (NULL) of that
 * title. False, with *out untouched, when there is none. */
bool rule_set_find(const struct rule_set *rules, const char *id, const char *title,
		   struct rule_source *out);

/*
 * Which rules these are. The digest is of all texts that they were read from, in order: equal for
 * the same packs and files. The caller frees it.
 */
char *rule_set_digest(const struct rule_set *rules);

/* Appends the JSON members "rules" (how many rules, filters and correlations), "rules_sha256" and,
 * where there are such, "rules_from": the paths that were added. */
void rule_set_append_json(const struct rule_set *rules, GString *out);

#endif
