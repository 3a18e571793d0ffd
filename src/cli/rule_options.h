/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_RULE_OPTIONS_H
#define WH_CLI_RULE_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

#include "cli/diagnostics.h"
#include "hunt/rules.h"

/* The options that say which rules are loaded. */
struct rule_options {
	gboolean no_default_rules;
	gboolean strict;
	char **paths;
};

/* Adds the options to a command line; they are written to `options`. */
void rule_options_add(struct rule_options *options, GOptionContext *context);

/*
 * Loads the rules; what is wrong goes to `messages` (struct rule_message). False when the run
 * should not begin: a path gave no rule that is of use, or one is left out and the options are
 * strict. Paths without a rule are named in `notes` (char*).
 */
bool rule_options_load(const struct rule_options *options, struct rule_set *rules, GPtrArray *notes,
		       GPtrArray *messages);

/* Tells what was left out, in a few lines, and keeps the count for the summary: broken rules as
 * faults, the rest as notes. */
void rule_options_say_left_out(const struct rule_set *rules, struct diagnostics *diagnostics);
void rule_options_release(struct rule_options *options);

#endif
