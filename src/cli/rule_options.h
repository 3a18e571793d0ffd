/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_RULE_OPTIONS_H
#define WH_CLI_RULE_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

#include "hunt/rules.h"

/* The options that say which rules are loaded. */
struct rule_choice {
	gboolean no_default_rules;
	char **paths;
};

/* Adds the options to a list of GOptionEntry; they borrow the choice. */
void rule_choice_add_entries(struct rule_choice *choice, GArray *entries);

/* Loads the rules; what is wrong goes to `messages` (struct rule_message). False when any of it is
 * an error: a hunt without a broken rule would look like a clean host. */
bool rule_choice_load(const struct rule_choice *choice, struct rule_set *rules,
		      GPtrArray *messages);
void rule_choice_release(struct rule_choice *choice);

#endif
