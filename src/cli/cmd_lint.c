/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/cmd.h"
#include "hunt/rules.h"
#include "cli/rule_messages.h"
#include "cli/session.h"
#include "cli/diagnostics.h"

static unsigned count_errors(const GPtrArray *messages)
{
	unsigned errors = 0;

	for (guint i = 0; i < messages->len; i++)
		errors += ((const struct rule_message *)messages->pdata[i])->is_error;
	return errors;
}

static int lint_paths(char *const *paths)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct rule_set *rules = rule_set_new();
	unsigned errors;

	if (!*paths)
		rule_set_add_builtin(rules, messages);
	for (; *paths; paths++)
		rule_set_add_path(rules, *paths, messages);
	rule_set_link(rules, messages);
	errors = count_errors(messages);
	rule_messages_print(messages, stdout);
	printf("rules loaded: %zu, filters loaded: %zu, correlations loaded: %zu, errors: %u, "
	       "warnings: %u\n",
	       rule_set_count_rules(rules), rule_set_count_filters(rules),
	       rule_set_count_correlations(rules), errors, messages->len - errors);
	rule_set_free(rules);
	g_ptr_array_unref(messages);
	return errors ? EXIT_FAULT : 0;
}

int cmd_lint(int argc, char **argv)
{
	g_auto(GStrv) paths = NULL;
	const GOptionEntry entries[] = {
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, NULL},
		{0},
	};
	GOptionContext *context = g_option_context_new("RULES… - check hunt packs");
	g_autoptr(GError) error = NULL;
	char *none[] = {NULL};
	bool ok;

	g_option_context_set_summary(
		context, "Loads rule files and folders of them, and prints what is wrong as\n"
			 "file:line:column: error|warning: message. Without RULES: the packs\n"
			 "inside the program.");
	g_option_context_set_description(context,
					 "Exit status: 0 no errors (warnings may be), 2 errors.");
	g_option_context_add_main_entries(context, entries, NULL);
	ok = g_option_context_parse(context, &argc, &argv, &error);
	g_option_context_free(context);
	if (!ok) {
		diagnostics_error("%s", error->message);
		return EXIT_FAULT;
	}
	return lint_paths(paths ? paths : none);
}
