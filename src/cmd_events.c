/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"
#include "event/event_json.h"
#include "report/table.h"
#include "session.h"
#include "wmi/fact.h"

struct events_run {
	struct session session;
	gboolean every;
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
	struct tally tally = session_collect(session, run->every, take_line, run);

	if (run->table)
		session_print_table(session, run->table);
	talk_summary(&session->talk, &tally,
		     (struct summary_count[]){{"events", run->events}, {NULL, 0}});
}

int cmd_events(int argc, char **argv)
{
	struct events_run run = {0};
	const GOptionEntry entries[] = {
		{"every", 0, 0, G_OPTION_ARG_NONE, &run.every, "Each record of any provider and id",
		 NULL},
		{0},
	};
	int status;

	if (!session_begin(&run.session, argc, argv, "PATH… - one normalised line per event",
			   "Prints the events that tell of WMI subscriptions (WMI-Activity 5861;\n"
			   "Sysmon 19, 20, 21) as JSON lines, ready for jq and for wmihunt hunt.",
			   entries, &status))
		return status;
	if (!session_open(&run.session)) {
		session_release(&run.session);
		return status;
	}
	event_init(&run.event);
	if (run.session.as_table) {
		struct table_options options = session_table_options(&run.session);

		run.table = table_new_events(&options);
	}
	read_events(&run);
	event_release(&run.event);
	return session_end(&run.session, run.events > 0);
}
