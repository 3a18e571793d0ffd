/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/filetime.h"
#include "cli/prompt.h"
#include "wmi/plan.h"

static bool parse_time(const char *option, const char *text, uint64_t unset, uint64_t *out)
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

	if (!session->host_pattern)
		return true;
	session->job.settings.host =
		g_regex_new(session->host_pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &error);
	if (error)
		diagnostics_error("--host: %s", error->message);
	return error == NULL;
}

static bool parse_format(struct session *session)
{
	if (!session->format || strcmp(session->format, "table") == 0 ||
	    strcmp(session->format, "jsonl") == 0)
		return true;
	diagnostics_error("--format: %s is neither jsonl nor table", session->format);
	return false;
}

static bool check_options(struct session *session)
{
	struct map_settings *settings = &session->job.settings;
	g_autoptr(GError) error = NULL;

	if (!read_options_apply(&session->read_options, &session->job, &error)) {
		diagnostics_error("%s", error->message);
		return false;
	}
	return parse_time("--since", session->since_text, 0, &settings->since) &&
	       parse_time("--until", session->until_text, UINT64_MAX, &settings->until) &&
	       parse_host(session) && parse_format(session);
}

bool session_open(struct session *session)
{
	g_autoptr(GError) error = NULL;
	char *const lists[] = {session->read_options.files_from,
			       session->read_options.password_file, NULL};

	if (!output_check_inputs(session->output_path, session->job.paths, &error) ||
	    !output_check_inputs(session->output_path, lists[0] ? lists : lists + 1, &error) ||
	    !output_open(&session->output, session->output_path, &error)) {
		diagnostics_error("%s", error->message);
		return false;
	}
	session->as_table = session->format ? strcmp(session->format, "table") == 0
					    : session->output.is_terminal;
	session->diagnostics.quiet = session->quiet;
	session->diagnostics.json = !session->as_table && !diagnostics_is_terminal();
	session->faults = diagnostics_fault_sink(&session->diagnostics);
	return true;
}

static void add_format_option(struct session *session, GOptionContext *context)
{
	const GOptionEntry entries[] = {
		{"format", 'f', 0, G_OPTION_ARG_STRING, &session->format,
		 "jsonl or table (default: table on a terminal, else jsonl)", "FORMAT"},
		{0},
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

static void add_shared_options(struct session *session, GOptionContext *context)
{
	const GOptionEntry entries[] = {
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &session->output_path,
		 "Write to FILE instead of standard output", "FILE"},
		{"since", 0, 0, G_OPTION_ARG_STRING, &session->since_text,
		 "Only events at or after TIME (UTC unless it says otherwise)", "TIME"},
		{"until", 0, 0, G_OPTION_ARG_STRING, &session->until_text,
		 "Only events before TIME", "TIME"},
		{"host", 0, 0, G_OPTION_ARG_STRING, &session->host_pattern,
		 "Only events of hosts that match REGEX (any case)", "REGEX"},
		{"quiet", 'q', 0, G_OPTION_ARG_NONE, &session->quiet,
		 "No summary and no progress (faults are still told)", NULL},
		{0},
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

void session_release(struct session *session)
{
	read_options_release(&session->read_options);
	g_free(session->format);
	g_free(session->output_path);
	g_free(session->since_text);
	g_free(session->until_text);
	g_free(session->host_pattern);
	if (session->job.settings.host)
		g_regex_unref(session->job.settings.host);
}

static GOptionContext *new_context(struct session *session, const struct session_command *command)
{
	GOptionContext *context = g_option_context_new(command->usage);

	g_option_context_set_summary(context, command->summary);
	g_option_context_set_description(
		context, "Exit status: 0 something matched, 1 nothing matched, 2 a fault or an "
			 "error on the way.\nThe manual wmihunt(1) tells more.");
	g_option_context_add_main_entries(context, command->entries, NULL);
	if (!command->one_format)
		add_format_option(session, context);
	add_shared_options(session, context);
	read_options_add(&session->read_options, context);
	return context;
}

bool session_begin(struct session *session, int argc, char **argv,
		   const struct session_command *command, int *status)
{
	GOptionContext *context;
	g_autoptr(GError) error = NULL;
	bool ok;

	memset(session, 0, sizeof(*session));
	diagnostics_init(&session->diagnostics);
	context = new_context(session, command);
	ok = g_option_context_parse(context, &argc, &argv, &error);
	if (!ok)
		diagnostics_error("%s", error->message);
	g_option_context_free(context);
	ok = ok && check_options(session);
	if (!ok)
		session_release(session);
	*status = EXIT_FAULT;
	return ok;
}

static bool take_line(void *context, const char *line, size_t length)
{
	struct session *session = context;

	return session->take(session->context, line, length);
}

static void tell(void *context, const char *message)
{
	struct session *session = context;

	diagnostics_note(&session->diagnostics, message);
}

/* Who reads along (`events` into jq) need not wait for a full buffer. */
static void show_progress(void *context, const struct progress_counts *counts, bool asked)
{
	struct session *session = context;

	output_flush(&session->output);
	diagnostics_progress(&session->diagnostics, counts, asked);
}

static char *ask_password(void *context, const char *path)
{
	struct session *session = context;

	diagnostics_hide_progress(&session->diagnostics);
	return diagnostics_is_terminal() ? prompt_password(path) : NULL;
}

static void collect(struct session *session)
{
	enum map_end end = map_job_run(&session->job);

	diagnostics_hide_progress(&session->diagnostics);
	session->failed = end != MAP_ENDED;
	if (end != MAP_INTERRUPTED)
		return;
	session->diagnostics.partial = true;
	diagnostics_note(&session->diagnostics,
			 "interrupted: what was found until then follows, and is partial");
}

static void fill_plan(const struct map_settings *settings, bool every, struct sieve_plan *plan)
{
	if (settings->query) {
		sieve_plan_init(plan);
		event_query_fill_plan(settings->query, plan);
		return;
	}
	wmi_plan_init(plan);
	plan->everything = every;
	if (settings->rules && !every) {
		rule_set_fill_plan(settings->rules, plan);
		rule_set_prepare(settings->rules);
	}
}

struct tally session_collect(struct session *session, bool every,
			     bool (*take)(void *context, const char *line, size_t length),
			     void *context)
{
	struct map_job *job = &session->job;
	struct sieve_plan plan;

	fill_plan(&job->settings, every, &plan);
	session->take = take;
	session->context = context;
	job->settings.plan = &plan;
	job->take = take_line;
	job->tell = tell;
	job->show = show_progress;
	job->ask_password = ask_password;
	job->count_first = diagnostics_is_terminal() && !session->quiet;
	job->context = session;
	job->faults = &session->faults;
	collect(session);
	sieve_plan_release(&plan);
	return job->tally;
}

struct table_options session_table_options(const struct session *session)
{
	const char *no_color = g_getenv("NO_COLOR");
	int fd = session->output.fd;

	return (struct table_options){
		.width = table_terminal_width(fd),
		.colour = session->output.is_terminal && !(no_color && *no_color),
	};
}

void session_print_table(struct session *session, struct table *table)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);
	bool done = stream && table_print(table, stream);

	if (stream)
		fclose(stream);
	if (done)
		output_write(&session->output, text, length);
	else
		session->output.error = errno ? errno : EIO;
	free(text);
	table_free(table);
}

/* A run that could read nothing, or failed, does not take the place of an earlier one. */
static enum output_end judge_output(const struct session *session)
{
	if (session->diagnostics.partial)
		return OUTPUT_PARTIAL;
	return session->failed || session->job.tally.files == 0 ? OUTPUT_NOTHING : OUTPUT_WHOLE;
}

int session_end(struct session *session, bool matched)
{
	g_autoptr(GError) error = NULL;
	int status = matched ? EXIT_MATCHED : EXIT_NOTHING;
	enum output_end end = judge_output(session);

	if (!output_close(&session->output, end, &error)) {
		diagnostics_error("%s", error->message);
		status = EXIT_FAULT;
	}
	if (session->output.replaces && (end == OUTPUT_PARTIAL || error)) {
		g_autofree char *message =
			g_strdup_printf("%s stays as it was, what was found is in %s.partial",
					session->output_path, session->output_path);

		diagnostics_note(&session->diagnostics, message);
	}
	if (session->diagnostics.faults || session->failed)
		status = EXIT_FAULT;
	session_release(session);
	return status;
}
