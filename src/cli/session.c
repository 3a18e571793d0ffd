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
	talk_error("%s: %s is no time; give YYYY-MM-DD or YYYY-MM-DDThh:mm:ss", option, text);
	return false;
}

static bool parse_host(struct session *session)
{
	g_autoptr(GError) error = NULL;

	if (!session->host_pattern)
		return true;
	session->collection.reading.host =
		g_regex_new(session->host_pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &error);
	if (error)
		talk_error("--host: %s", error->message);
	return error == NULL;
}

static bool parse_format(struct session *session)
{
	if (!session->format || strcmp(session->format, "table") == 0 ||
	    strcmp(session->format, "jsonl") == 0)
		return true;
	talk_error("--format: %s is neither jsonl nor table", session->format);
	return false;
}

static bool check_options(struct session *session)
{
	struct reading *reading = &session->collection.reading;
	g_autoptr(GError) error = NULL;

	if (!collect_options_apply(&session->reading, &session->collection, &error)) {
		talk_error("%s", error->message);
		return false;
	}
	return parse_time("--since", session->since_text, 0, &reading->since) &&
	       parse_time("--until", session->until_text, UINT64_MAX, &reading->until) &&
	       parse_host(session) && parse_format(session);
}

bool session_open(struct session *session)
{
	g_autoptr(GError) error = NULL;

	if (!output_open(&session->output, session->output_path, &error)) {
		talk_error("%s", error->message);
		return false;
	}
	session->as_table = session->format ? strcmp(session->format, "table") == 0
					    : session->output.is_terminal;
	session->talk.quiet = session->quiet;
	session->talk.json = !session->as_table && !talk_is_terminal();
	session->faults = talk_fault_sink(&session->talk);
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
	collect_options_release(&session->reading);
	g_free(session->format);
	g_free(session->output_path);
	g_free(session->since_text);
	g_free(session->until_text);
	g_free(session->host_pattern);
	if (session->collection.reading.host)
		g_regex_unref(session->collection.reading.host);
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
	collect_options_add(&session->reading, context);
	return context;
}

bool session_begin(struct session *session, int argc, char **argv,
		   const struct session_command *command, int *status)
{
	GOptionContext *context;
	g_autoptr(GError) error = NULL;
	bool ok;

	memset(session, 0, sizeof(*session));
	talk_init(&session->talk);
	context = new_context(session, command);
	ok = g_option_context_parse(context, &argc, &argv, &error);
	if (!ok)
		talk_error("%s", error->message);
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

	talk_note(&session->talk, message);
}

/* Who reads along (`events` into jq) need not wait for a full buffer. */
static void show_progress(void *context, const struct progress_counts *counts, bool asked)
{
	struct session *session = context;

	output_flush(&session->output);
	talk_progress(&session->talk, counts, asked);
}

static char *ask_password(void *context, const char *path)
{
	struct session *session = context;

	talk_hide_progress(&session->talk);
	return talk_is_terminal() ? prompt_password(path) : NULL;
}

static void collect(struct session *session)
{
	enum collect_end end = collect_events(&session->collection);

	talk_hide_progress(&session->talk);
	session->failed = end != COLLECT_ENDED;
	if (end != COLLECT_INTERRUPTED)
		return;
	session->talk.partial = true;
	talk_note(&session->talk, "interrupted: what was found until then follows, and is partial");
}

static void fill_plan(const struct reading *reading, bool every, struct sieve_plan *plan)
{
	if (reading->query) {
		sieve_plan_init(plan);
		event_query_fill_plan(reading->query, plan);
		return;
	}
	wmi_plan_init(plan);
	plan->everything = every;
	if (reading->rules && !every) {
		rule_set_fill_plan(reading->rules, plan);
		rule_set_prepare(reading->rules);
	}
}

struct tally session_collect(struct session *session, bool every,
			     bool (*take)(void *context, const char *line, size_t length),
			     void *context)
{
	struct collection *collection = &session->collection;
	struct sieve_plan plan;

	fill_plan(&collection->reading, every, &plan);
	session->take = take;
	session->context = context;
	collection->reading.plan = &plan;
	collection->take = take_line;
	collection->tell = tell;
	collection->show = show_progress;
	collection->ask_password = ask_password;
	collection->count_first = talk_is_terminal() && !session->quiet;
	collection->context = session;
	collection->faults = &session->faults;
	collect(session);
	sieve_plan_release(&plan);
	return collection->tally;
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

int session_end(struct session *session, bool matched)
{
	g_autoptr(GError) error = NULL;
	int status = matched ? EXIT_MATCHED : EXIT_NOTHING;

	if (!output_close(&session->output, &error)) {
		talk_error("%s", error->message);
		status = EXIT_FAULT;
	}
	if (session->talk.faults || session->failed)
		status = EXIT_FAULT;
	session_release(session);
	return status;
}
