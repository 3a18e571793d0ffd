/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cmd.h"
#include "cli/session.h"

struct events_run {
	/* Options. */
	gboolean every;
	gboolean inline_errors;
	struct event_query query;

	struct session *session;
	uint64_t events;
};

static bool take_event(void *context, const struct event *event)
{
	struct events_run *run = context;

	run->events++;
	return report_add_event(&run->session->report, event);
}

static bool take_log(void *context, const struct log_facts *facts)
{
	const struct events_run *run = context;

	return report_add_log(&run->session->report, facts);
}

static bool print_events(struct session *session, void *context)
{
	struct events_run *run = context;
	const struct reducer_takers takers = {
		.take = take_event, .take_log = take_log, .context = run};

	run->session = session;
	session_read(session, &takers);
	session_count(session, "events", run->events);
	return run->events > 0;
}

/* Rules have no say in what is asked for by itself; those named are still checked. */
static bool check_options(struct session *session, void *context)
{
	struct events_run *run = context;
	g_autoptr(GError) error = NULL;

	session->report_options.content = REPORT_EVENTS;
	session->inline_errors = run->inline_errors;
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
		{"match", 'm', 0, G_OPTION_ARG_STRING, &run.query.pattern,
		 "Instead: events of any kind with a field that matches REGEX (any case)", "REGEX"},
		{"channel", 0, 0, G_OPTION_ARG_STRING_ARRAY, &run.query.channels,
		 "Instead: events of this channel (may be repeated)", "NAME"},
		{"provider", 0, 0, G_OPTION_ARG_STRING_ARRAY, &run.query.providers,
		 "Instead: events of this provider (may be repeated)", "NAME"},
		{"id", 0, 0, G_OPTION_ARG_STRING_ARRAY, &run.query.ids,
		 "Instead: events with this EventID (may be repeated)", "ID"},
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
