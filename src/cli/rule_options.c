/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rule_options.h"

void rule_options_add(struct rule_options *options, GOptionContext *context)
{
	const GOptionEntry entries[] = {
		{"rules", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->paths,
		 "Add a rule file or a folder of them (may be repeated)", "PATH"},
		{"no-default-rules", 0, 0, G_OPTION_ARG_NONE, &options->no_default_rules,
		 "Leave out the packs inside the program", NULL},
		{0},
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

bool rule_options_load(const struct rule_options *options, struct rule_set *rules,
		       GPtrArray *messages)
{
	bool ok;

	rule_set_want_errors_only(rules);
	ok = options->no_default_rules || rule_set_add_builtin(rules, messages);
	for (char **path = options->paths; path && *path; path++)
		ok &= rule_set_add_path(rules, *path, messages);
	ok &= rule_set_link(rules, messages);
	return ok;
}

void rule_options_release(struct rule_options *options)
{
	g_strfreev(options->paths);
}
