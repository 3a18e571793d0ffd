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

/* Adds the options to a command line; they are written to `options`. */
void rule_options_add(struct rule_options *options, GOptionContext *context);

/* Loads the rules; what is wrong goes to `messages` (struct rule_message). False when any of it is
 * an error: a hunt without a broken rule would look like a clean host. */
bool rule_options_load(const struct rule_options *options, struct rule_set *rules,
		       GPtrArray *messages);
void rule_options_release(struct rule_options *options);

#endif
