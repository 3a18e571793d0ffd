/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wildcard.h"
#include "cli/channel_hint.h"
#include "cli/cmd.h"
#include "cli/session.h"

struct events_run {
	/* Options. */
	gboolean every;
	gboolean inline_errors;
	gboolean keyed;
	struct event_query query;

	struct session *session;
	struct channel_hint channels;
	uint64_t events;
};

static bool take_event(void *context, const struct event *event)
{
	struct events_run *run = context;

	run->events++;
	channel_hint_add(&run->channels, event->ref.channel);
	return report_add_event(&run->session->report, event);
}

static bool take_log(void *context, const struct log_facts *facts)
{
	struct events_run *run = context;

	channel_hint_add_log(&run->channels, facts);
	return !event_query_is_hunt(&run->query) || report_add_log(&run->session->report, facts);
}

/* Which providers there are, logs do not say before they are decoded. */
static void say_hints(const struct events_run *run, struct session *session)
{
	char *const *providers = run->query.providers;

	channel_hint_say(&run->channels, run->query.channels, &session->diagnostics);
	for (; run->events == 0 && providers && *providers; providers++) {
		g_autofree char *message =
			g_strdup_printf("--provider: there is no such event of %s; a part of a "
					"name is given with wildcards, as '*%s*'",
					*providers, *providers);

		if (!wildcard_has_any(*providers))
			diagnostics_note(&session->diagnostics, message);
	}
}

static bool print_events(struct session *session, void *context)
{
	struct events_run *run = context;
	const struct reducer_takers takers = {
		.take = take_event, .take_log = take_log, .context = run};

	run->session = session;
	channel_hint_init(&run->channels);
	session_read(session, &takers);
	say_hints(run, session);
	channel_hint_release(&run->channels);
	session_count(session, "events_shown", run->events);
	return run->events > 0;
}

/* Rules have no say in what is asked for by itself; those named are still checked. */
static bool check_options(struct session *session, void *context)
{
	struct events_run *run = context;
	g_autoptr(GError) error = NULL;

	session->report_options.content = REPORT_EVENTS;
	session->report_options.memory = session->read_options.memory;
	session->inline_errors = run->inline_errors;
	session->keyed = run->keyed;
	session->lines_for = run->keyed ? "--key" : run->inline_errors ? "--inline-errors" : NULL;
	run->query.every = run->every;
	run->query.rules = session->rules;
	session->rule_options.no_default_rules |= run->every || event_query_is_set(&run->query);
	if (run->every && event_query_is_set(&run->query)) {
		diagnostics_error(
			"--every leaves nothing to --match, --channel, --provider and --id");
		return false;
	}
	if (event_query_prepare(&run->query, &error))
		return true;
	diagnostics_error("%s", error->message);
	return false;
}

int cmd_events(int argc, char **argv)
{
	struct events_run run = {0};
	const GOptionEntry entries[] = {
		{"every", 0, 0, G_OPTION_ARG_NONE, &run.every, "Each record of any provider and id",
		 NULL},
		{"inline-errors", 0, 0, G_OPTION_ARG_NONE, &run.inline_errors,
		 "Write read errors and the summary among the lines, for wmihunt hunt -", NULL},
		{"key", 0, 0, G_OPTION_ARG_NONE, &run.keyed,
		 "Write the host and a TAB before each line, to send lines to several runs by",
		 NULL},
		{"match", 'm', 0, G_OPTION_ARG_STRING, &run.query.pattern,
		 "Instead: events of any kind with a field that matches REGEX (any case)", "REGEX"},
		{"channel", 0, 0, G_OPTION_ARG_STRING_ARRAY, &run.query.channels,
		 "Instead: events of this channel, * and ? as wildcards (may be repeated)", "NAME"},
		{"provider", 0, 0, G_OPTION_ARG_STRING_ARRAY, &run.query.providers,
		 "Instead: events of this provider, the same (may be repeated)", "NAME"},
		{"id", 0, 0, G_OPTION_ARG_STRING_ARRAY, &run.query.ids,
		 "Instead: events with these EventIDs, as 19-21,5861 (may be repeated)", "IDS"},
		{0},
	};
	const struct session_command command = {
		.usage = "PATH… - one normalised line per event",
		.summary = "Prints the events that report WMI subscriptions (WMI-Activity 5861;\n"
			   "Sysmon 19, 20, 21) and those that a rule over events matches, as JSON\n"
			   "lines, ready for jq and for wmihunt hunt.",
		.entries = entries,
		.query = &run.query,
		.check = check_options,
		.run = print_events,
		.context = &run,
	};
	int status = session_run(&command, argc, argv);

	event_query_release(&run.query);
	return status;
}
