/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rule_options.h"

void rule_options_add_entries(struct rule_options *choice, GArray *entries)
{
	const GOptionEntry own[] = {
		{"rules", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &choice->paths,
		 "Add a rule file or a folder of them (may be repeated)", "PATH"},
		{"no-default-rules", 0, 0, G_OPTION_ARG_NONE, &choice->no_default_rules,
		 "Leave out the packs inside the program", NULL},
	};

	g_array_append_vals(entries, own, G_N_ELEMENTS(own));
}

bool rule_options_load(const struct rule_options *choice, struct rule_set *rules,
		       GPtrArray *messages)
{
	bool ok;

	rule_set_want_errors_only(rules);
	ok = choice->no_default_rules || rule_set_add_builtin(rules, messages);
	for (char **path = choice->paths; path && *path; path++)
		ok &= rule_set_add_path(rules, *path, messages);
	ok &= rule_set_link(rules, messages);
	return ok;
}

void rule_options_release(struct rule_options *choice)
{
	g_strfreev(choice->paths);
}
