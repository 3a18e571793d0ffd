/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cmd.h"
#include "event/event_json.h"
#include "report/table.h"
#include "cli/rule_options.h"
#include "cli/rule_messages.h"
#include "cli/session.h"
#include "wmi/fact.h"

struct events_run {
	struct session session;
	gboolean every;
	struct event_query query;
	struct rule_options choice;
	struct rule_set *rules;
	struct event event;
	struct table *table;
	uint64_t events;
};

static void add_to_table(struct events_run *run, const char *line, size_t length)
{
	g_autofree char *reason = NULL;
	struct wmi_fact *fact;

	if (!event_from_json(&run->event, line, length, &reason)) {
		struct fault fault = {.what = reason};

		fault_report(&run->session.faults, &fault);
		return;
	}
	fact = wmi_fact_from_event(&run->event);
	table_add_event(run->table, &run->event, fact);
	wmi_fact_free(fact);
}

static bool take_line(void *context, const char *line, size_t length)
{
	struct events_run *run = context;

	run->events++;
	if (!run->table)
		return output_write(&run->session.output, line, length);
	add_to_table(run, line, length);
	return true;
}

static void read_events(struct events_run *run)
{
	struct session *session = &run->session;
	struct tally tally;

	session->job.settings.rules = run->rules;
	if (event_query_is_set(&run->query))
		session->job.settings.query = &run->query;
	tally = session_collect(session, run->every, take_line, run);
	if (run->table)
		session_print_table(session, run->table);
	diagnostics_summary(&session->diagnostics, &tally,
			    (struct summary_count[]){{"events", run->events}, {NULL, 0}});
}

static bool load_rules(struct events_run *run)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	bool ok;

	run->rules = rule_set_new();
	/* Rules have no say in what is asked for by itself; those named are still checked. */
	run->choice.no_default_rules |= run->every || event_query_is_set(&run->query);
	ok = rule_options_load(&run->choice, run->rules, messages);
	if (!ok)
		rule_messages_print_errors(messages);
	g_ptr_array_unref(messages);
	return ok;
}

static bool check_output(const struct events_run *run)
{
	g_autoptr(GError) error = NULL;

	if (output_check_inputs(run->session.output_path, run->choice.paths, &error))
		return true;
	diagnostics_error("%s", error->message);
	return false;
}

static bool prepare_query(struct events_run *run)
{
	g_autoptr(GError) error = NULL;

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

static bool begin(struct events_run *run, int argc, char **argv, int *status)
{
	const GOptionEntry own[] = {
		{"every", 0, 0, G_OPTION_ARG_NONE, &run->every,
		 "Each record of any provider and id", NULL},
		{"match", 'm', 0, G_OPTION_ARG_STRING, &run->query.pattern,
		 "Instead: events of any kind with a field that matches REGEX (any case)", "REGEX"},
		{"channel", 0, 0, G_OPTION_ARG_STRING_ARRAY, &run->query.channels,
		 "Instead: events of this channel (may be repeated)", "NAME"},
		{"provider", 0, 0, G_OPTION_ARG_STRING_ARRAY, &run->query.providers,
		 "Instead: events of this provider (may be repeated)", "NAME"},
		{"id", 0, 0, G_OPTION_ARG_STRING_ARRAY, &run->query.ids,
		 "Instead: events with this EventID (may be repeated)", "ID"},
	};
	struct session_command command = {
		.usage = "PATH… - one normalised line per event",
		.summary = "Prints the events that tell of WMI subscriptions (WMI-Activity 5861;\n"
			   "Sysmon 19, 20, 21) and those that a rule over events matches, as JSON\n"
			   "lines, ready for jq and for wmihunt hunt.",
	};
	GArray *entries = g_array_new(TRUE, FALSE, sizeof(GOptionEntry));
	bool ok;

	g_array_append_vals(entries, own, G_N_ELEMENTS(own));
	rule_options_add_entries(&run->choice, entries);
	command.entries = (const GOptionEntry *)(void *)entries->data;
	ok = session_begin(&run->session, argc, argv, &command, status);
	g_array_unref(entries);
	return ok;
}

static int print_events(struct events_run *run)
{
	struct table_options options;

	rule_options_say_left_out(run->rules, &run->session.diagnostics);
	event_init(&run->event);
	if (run->session.as_table) {
		options = session_table_options(&run->session);
		run->table = table_new_events(&options);
	}
	read_events(run);
	event_release(&run->event);
	return session_end(&run->session, run->events > 0);
}

int cmd_events(int argc, char **argv)
{
	struct events_run run = {0};
	int status;

	if (begin(&run, argc, argv, &status)) {
		if (prepare_query(&run) && check_output(&run) && load_rules(&run) &&
		    session_open(&run.session))
			status = print_events(&run);
		else
			session_release(&run.session);
	}
	event_query_release(&run.query);
	rule_set_free(run.rules);
	rule_options_release(&run.choice);
	return status;
}
