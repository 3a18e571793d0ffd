/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_RULE_OPTIONS_H
#define WH_CLI_RULE_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

#include "hunt/rules.h"

/* The options that say which rules are loaded. */
struct rule_options {
	gboolean no_default_rules;
	char **paths;
};

/* Adds the options to a list of GOptionEntry; they borrow the choice. */
void rule_options_add_entries(struct rule_options *choice, GArray *entries);

/* Loads the rules; what is wrong goes to `messages` (struct rule_message). False when any of it is
 * an error: a hunt without a broken rule would look like a clean host. */
bool rule_options_load(const struct rule_options *choice, struct rule_set *rules,
		       GPtrArray *messages);
void rule_options_release(struct rule_options *choice);

#endif
