/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"
#include "report/event_line.h"
#include "report/table.h"
#include "session.h"
#include "wmi/fact.h"

struct events_run {
	struct session session;
	gboolean every;
	GString *line;
	struct table *table;
	uint64_t events;
};

static bool take_event(void *context, const struct event *event)
{
	struct events_run *run = context;
	struct wmi_fact *fact;
	bool go_on = true;

	fact = wmi_fact_from_event(event);
	run->events++;
	if (run->table) {
		table_add_event(run->table, event, fact);
	} else {
		g_string_truncate(run->line, 0);
		event_line_append(event, fact, run->line);
		go_on = output_write(&run->session.output, run->line->str, run->line->len);
	}
	wmi_fact_free(fact);
	return go_on;
}

static void read_events(struct events_run *run)
{
	struct session *session = &run->session;
	struct tally tally = session_collect(session, run->every, take_event, run);

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
	run.line = g_string_new(NULL);
	if (run.session.as_table) {
		struct table_options options = session_table_options(&run.session);

		run.table = table_new_events(&options);
	}
	read_events(&run);
	g_string_free(run.line, TRUE);
	return session_end(&run.session, run.events > 0);
}
