/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <errno.h>
#include <string.h>

#include "event/filetime.h"
#include "wmi/fact.h"
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
	session->host =
		g_regex_new(session->host_pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &error);
	if (!session->host)
		talk_error("--host: %s", error->message);
	return session->host != NULL;
}

static bool parse_decoder(struct session *session)
{
	if (!session->decoder_name ||
	    decoder_choice_parse(session->decoder_name, &session->decoder))
		return true;
	talk_error("--decoder: %s is none of auto, native, libevtx", session->decoder_name);
	return false;
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
	if (!session->paths) {
		talk_error("no PATH given: name a log, a folder, or - for standard input");
		return false;
	}
	return parse_time("--since", session->since_text, 0, &session->since) &&
	       parse_time("--until", session->until_text, UINT64_MAX, &session->until) &&
	       parse_host(session) && parse_decoder(session) && parse_format(session);
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

static void add_shared_options(struct session *session, GOptionContext *context)
{
	const GOptionEntry entries[] = {
		{"format", 'f', 0, G_OPTION_ARG_STRING, &session->format,
		 "jsonl or table (default: table on a terminal, else jsonl)", "FORMAT"},
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &session->output_path,
		 "Write to FILE instead of standard output", "FILE"},
		{"since", 0, 0, G_OPTION_ARG_STRING, &session->since_text,
		 "Only events at or after TIME (UTC unless it says otherwise)", "TIME"},
		{"until", 0, 0, G_OPTION_ARG_STRING, &session->until_text,
		 "Only events before TIME", "TIME"},
		{"host", 0, 0, G_OPTION_ARG_STRING, &session->host_pattern,
		 "Only events of hosts that match REGEX (any case)", "REGEX"},
		{"decoder", 0, 0, G_OPTION_ARG_STRING, &session->decoder_name,
		 "auto, native or libevtx (default: auto)", "NAME"},
		{"no-sieve", 0, 0, G_OPTION_ARG_NONE, &session->no_sieve,
		 "Decode every record (slow; gives the same output)", NULL},
		{"quiet", 'q', 0, G_OPTION_ARG_NONE, &session->quiet,
		 "No summary (faults are still told)", NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &session->paths, NULL,
		 NULL},
		{0},
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

void session_release(struct session *session)
{
	g_strfreev(session->paths);
	g_free(session->format);
	g_free(session->output_path);
	g_free(session->since_text);
	g_free(session->until_text);
	g_free(session->host_pattern);
	g_free(session->decoder_name);
	if (session->host)
		g_regex_unref(session->host);
}

bool session_begin(struct session *session, int argc, char **argv, const char *usage,
		   const char *summary, const GOptionEntry *entries, int *status)
{
	GOptionContext *context = g_option_context_new(usage);
	g_autoptr(GError) error = NULL;
	bool ok;

	memset(session, 0, sizeof(*session));
	talk_init(&session->talk);
	g_option_context_set_summary(context, summary);
	g_option_context_set_description(
		context, "Exit status: 0 something matched, 1 nothing matched, 2 a fault or an "
			 "error on the way.\nThe manual wmihunt(1) tells more.");
	g_option_context_add_main_entries(context, entries, NULL);
	add_shared_options(session, context);
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

struct selection {
	const struct session *session;
	bool (*take)(void *context, const struct event *event);
	void *context;
};

static bool is_selected(const struct session *session, const struct event *event)
{
	if (event->time < session->since || event->time >= session->until)
		return false;
	return !session->host ||
	       (event->host && g_regex_match(session->host, event->host, 0, NULL));
}

static bool take_selected(void *context, const struct event *event)
{
	struct selection *selection = context;

	return !is_selected(selection->session, event) ||
	       selection->take(selection->context, event);
}

struct tally session_collect(struct session *session, bool every,
			     bool (*take)(void *context, const struct event *event), void *context)
{
	struct selection selection = {session, take, context};
	struct sieve_plan plan;
	struct collection collection = {
		.plan = &plan,
		.use_sieve = !session->no_sieve,
		.decoder = session->decoder,
		.is_wanted = wmi_event_is_wanted,
		.take = take_selected,
		.context = &selection,
		.faults = &session->faults,
	};

	wmi_plan_init(&plan);
	plan.everything = every;
	collect_events(&collection, session->paths);
	sieve_plan_release(&plan);
	return collection.tally;
}

struct table_options session_table_options(const struct session *session)
{
	const char *no_color = g_getenv("NO_COLOR");
	int fd = fileno(session->output.file);

	return (struct table_options){
		.width = table_terminal_width(fd),
		.colour = session->output.is_terminal && !(no_color && *no_color),
	};
}

void session_print_table(struct session *session, struct table *table)
{
	if (!table_print(table, session->output.file) && !session->output.error)
		session->output.error = errno ? errno : EIO;
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
	if (session->talk.faults)
		status = EXIT_FAULT;
	session_release(session);
	return status;
}
