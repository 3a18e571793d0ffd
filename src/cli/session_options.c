/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/session_options.h"

#include <string.h>

#include "event/filetime.h"

bool session_options_parse_time(const char *option, const char *text, uint64_t unset, uint64_t *out)
{
	*out = unset;
	if (!text || filetime_parse(text, out))
		return true;
	diagnostics_error("%s: %s is no time; give YYYY-MM-DD or YYYY-MM-DDThh:mm:ss", option,
			  text);
	return false;
}

static bool parse_host(struct session *session)
{
	g_autoptr(GError) error = NULL;
	GRegex *hosts;

	if (!session->host_pattern)
		return true;
	hosts = g_regex_new(session->host_pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &error);
	if (error)
		diagnostics_error("--host: %s", error->message);
	if (session->command->takes_baseline)
		session->hosts = hosts;
	else
		session->job.settings.host = hosts;
	return error == NULL;
}

static bool check_format(const struct session *session)
{
	g_autofree char *names = NULL;
	const struct report_format *format =
		session->format_name ? report_format_find(session->format_name) : NULL;

	if (!session->format_name || (format && !format->is_file))
		return true;
	if (format) {
		diagnostics_error("--format: %s is a file: give --report %s=FILE", format->name,
				  format->name);
		return false;
	}
	names = report_format_names(", ", false);
	diagnostics_error("--format: %s is none of %s", session->format_name, names);
	return false;
}

static bool check_content(const struct session *session)
{
	const struct report_format *format =
		session->format_name ? report_format_find(session->format_name) : NULL;

	if (!format || report_format_takes(format, session->report_options.content))
		return true;
	diagnostics_error("--format: %s is for the findings of hunt", format->name);
	return false;
}

static bool check_options(struct session *session)
{
	struct map_settings *settings = &session->job.settings;
	g_autoptr(GError) error = NULL;

	if (!read_options_apply(&session->read_options, &session->job, session->notes, &error) ||
	    !table_options_check(&session->table_options, &error)) {
		diagnostics_error("%s", error->message);
		return false;
	}
	return session_options_parse_time("--since", session->since_text, 0, &settings->since) &&
	       session_options_parse_time("--until", session->until_text, UINT64_MAX,
					  &settings->until) &&
	       parse_host(session) && check_format(session);
}

static void add_rule_options(struct session *session, GOptionContext *context, bool baseline)
{
	const GOptionEntry entries[] = {
		{"baseline", 'b', 0, G_OPTION_ARG_FILENAME_ARRAY, &session->baseline_paths,
		 "Take for known-good what a file of wmihunt baseline holds (may be repeated)",
		 "FILE"},
		{0},
	};

	rule_options_add(&session->rule_options, context);
	if (baseline)
		g_option_context_add_main_entries(context, entries, NULL);
}

static void add_format_option(struct session *session, GOptionContext *context)
{
	g_autofree char *names = report_format_names(" or ", false);
	GOptionEntry entries[] = {
		{"format", 'f', 0, G_OPTION_ARG_STRING, &session->format_name, NULL, "FORMAT"},
		{"flat", 0, 0, G_OPTION_ARG_NONE, &session->flat,
		 "JSON lines for databases: what is no text or number is one text of JSON", NULL},
		{"bom", 0, 0, G_OPTION_ARG_NONE, &session->bom,
		 "Begin CSV with a byte order mark, as Excel wants it", NULL},
		{0},
	};

	session->format_help = g_strdup_printf("%s (default: %s on a terminal, else %s)", names,
					       report_format_default(true)->name,
					       report_format_default(false)->name);
	entries[0].description = session->format_help;
	g_option_context_add_main_entries(context, entries, NULL);
}

static void add_shared_options(struct session *session, GOptionContext *context)
{
	const GOptionEntry output[] = {
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &session->output_path,
		 "Write to FILE instead of standard output", "FILE"},
		{0},
	};
	const GOptionEntry events[] = {
		{"since", 0, 0, G_OPTION_ARG_STRING, &session->since_text,
		 "Only events at or after TIME (UTC unless it says otherwise)", "TIME"},
		{"until", 0, 0, G_OPTION_ARG_STRING, &session->until_text,
		 "Only events before TIME", "TIME"},
		{"host", 0, 0, G_OPTION_ARG_STRING, &session->host_pattern,
		 "Only events of hosts that match REGEX (any case)", "REGEX"},
		{0},
	};
	const GOptionEntry quiet[] = {
		{"quiet", 'q', 0, G_OPTION_ARG_NONE, &session->quiet,
		 "No summary and no progress (read errors are still shown)", NULL},
		{"exit-zero", 0, 0, G_OPTION_ARG_NONE, &session->exit_zero,
		 "Return 0, not 1, when nothing matched", NULL},
		{0},
	};

	g_option_context_add_main_entries(context, output, NULL);
	if (!session->command->reads_lines)
		g_option_context_add_main_entries(context, events, NULL);
	g_option_context_add_main_entries(context, quiet, NULL);
}

static GOptionContext *new_context(struct session *session, const struct session_command *command)
{
	GOptionContext *context = g_option_context_new(command->usage);

	g_option_context_set_summary(context, command->summary);
	g_option_context_set_description(
		context, "Exit status: 0 something matched, 1 nothing matched, 2 a read error or "
			 "another error.\nThe manual wmihunt(1) says more.");
	if (command->entries)
		g_option_context_add_main_entries(context, command->entries, NULL);
	if (!command->no_events)
		add_rule_options(session, context, command->takes_baseline);
	if (!command->one_format) {
		add_format_option(session, context);
		report_files_add_option(&session->report_files, context);
		table_options_add(&session->table_options, context);
	}
	add_shared_options(session, context);
	read_options_add(&session->read_options, context, command->reads_lines);
	return context;
}

bool session_options_parse(struct session *session, const struct session_command *command, int argc,
			   char **argv)
{
	GOptionContext *context = new_context(session, command);
	g_autoptr(GError) error = NULL;
	bool ok = g_option_context_parse(context, &argc, &argv, &error);

	g_option_context_free(context);
	if (!ok)
		diagnostics_error("%s", error->message);
	return ok && check_options(session) &&
	       (!command->check || command->check(session, command->context)) &&
	       check_content(session) &&
	       report_files_parse(&session->report_files, session->report_options.content,
				  session->output_path);
}
