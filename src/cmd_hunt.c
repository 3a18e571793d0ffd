/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"
#include "event/event_json.h"
#include "hunt/rules.h"
#include "report/subscription_line.h"
#include "report/table.h"
#include "rule_messages.h"
#include "session.h"
#include "wmi/correlate.h"
#include "wmi/fact.h"

struct hunt_run {
	struct session session;
	/* Options. */
	gboolean all;
	gboolean no_default_rules;
	char **rule_paths;
	char *min_level_name;

	enum rule_level min_level;
	struct rule_set *rules;
	struct correlator *correlator;
	struct table *table;
	GString *line;
	struct event event;
	uint64_t subscriptions;
	uint64_t findings;
	uint64_t known_good;
};

static bool take_line(void *context, const char *line, size_t length)
{
	struct hunt_run *run = context;
	g_autofree char *reason = NULL;
	struct wmi_fact *fact;

	if (!event_from_json(&run->event, line, length, &reason)) {
		struct fault fault = {.what = reason};

		fault_report(&run->session.faults, &fault);
		return true;
	}
	fact = wmi_fact_from_event(&run->event);
	if (!fact)
		return true;
	rule_set_note_event(run->rules, &run->event, &run->session.faults);
	correlator_add(run->correlator, &run->event, fact);
	wmi_fact_free(fact);
	return true;
}

static bool is_finding(const struct hunt_run *run, const struct verdict *verdict)
{
	const struct match *highest = verdict->matches->len ? verdict->matches->pdata[0] : NULL;

	return highest && highest->level >= run->min_level;
}

static bool print_subscription(struct hunt_run *run, const struct subscription *subscription,
			       const struct verdict *verdict)
{
	if (run->table) {
		table_add_subscription(run->table, subscription, verdict);
		return true;
	}
	g_string_truncate(run->line, 0);
	subscription_line_append(subscription, verdict, run->line);
	return output_write(&run->session.output, run->line->str, run->line->len);
}

static void judge_subscriptions(struct hunt_run *run)
{
	GPtrArray *subscriptions = correlator_take(run->correlator);
	bool go_on = true;

	run->subscriptions = subscriptions->len;
	for (guint i = 0; go_on && i < subscriptions->len; i++) {
		const struct subscription *subscription = subscriptions->pdata[i];
		struct verdict verdict;
		bool finding;

		rule_set_judge(run->rules, subscription, &run->session.faults, &verdict);
		finding = is_finding(run, &verdict);
		run->findings += finding;
		run->known_good += verdict.known_good_title != NULL;
		if (finding || run->all)
			go_on = print_subscription(run, subscription, &verdict);
		verdict_release(&verdict);
	}
	g_ptr_array_unref(subscriptions);
}

static void hunt_paths(struct hunt_run *run)
{
	struct session *session = &run->session;
	struct table_options options = session_table_options(session);
	struct tally tally;

	if (session->as_table)
		run->table = table_new_subscriptions(&options);
	tally = session_collect(session, false, take_line, run);
	judge_subscriptions(run);
	if (run->table)
		session_print_table(session, run->table);
	talk_summary(&session->talk, &tally,
		     (struct summary_count[]){{"subscriptions", run->subscriptions},
					      {"known_good", run->known_good},
					      {"findings", run->findings},
					      {NULL, 0}});
}

/* A broken rule stops the run: a hunt without it would look like a clean host. */
static bool load_rules(struct hunt_run *run)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	bool ok = run->no_default_rules || rule_set_add_builtin(run->rules, messages);

	for (char **path = run->rule_paths; path && *path; path++)
		ok &= rule_set_add_path(run->rules, *path, messages);
	rule_messages_print(messages, true, stderr);
	g_ptr_array_unref(messages);
	return ok;
}

static bool parse_level(struct hunt_run *run)
{
	run->min_level = LEVEL_LOW;
	if (!run->min_level_name || rule_level_parse(run->min_level_name, &run->min_level))
		return true;
	talk_error("--min-level: %s is none of informational, low, medium, high, critical",
		   run->min_level_name);
	return false;
}

static void run_init(struct hunt_run *run)
{
	run->rules = rule_set_new();
	run->correlator = correlator_new();
	run->line = g_string_new(NULL);
	event_init(&run->event);
}

static void run_release(struct hunt_run *run)
{
	rule_set_free(run->rules);
	correlator_free(run->correlator);
	g_string_free(run->line, TRUE);
	event_release(&run->event);
	g_strfreev(run->rule_paths);
	g_free(run->min_level_name);
}

int cmd_hunt(int argc, char **argv)
{
	struct hunt_run run = {0};
	const GOptionEntry entries[] = {
		{"all", 'a', 0, G_OPTION_ARG_NONE, &run.all,
		 "Also subscriptions that no rule matches, and the known-good", NULL},
		{"min-level", 'l', 0, G_OPTION_ARG_STRING, &run.min_level_name,
		 "Lowest level that is a finding (default: low)", "LEVEL"},
		{"rules", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &run.rule_paths,
		 "Add a rule file or a folder of them (may be repeated)", "PATH"},
		{"no-default-rules", 0, 0, G_OPTION_ARG_NONE, &run.no_default_rules,
		 "Leave out the packs inside the program", NULL},
		{0},
	};
	int status;

	if (!session_begin(
		    &run.session, argc, argv,
		    "PATH… - WMI event subscriptions that a hunt pack matches",
		    "Reads event logs (or lines of wmihunt events), joins what they tell of each\n"
		    "WMI subscription, and prints those that a rule of the hunt packs matches.",
		    entries, &status))
		return status;
	run_init(&run);
	if (parse_level(&run) && load_rules(&run) && session_open(&run.session)) {
		hunt_paths(&run);
		status = session_end(&run.session, run.findings > 0);
	} else {
		session_release(&run.session);
	}
	run_release(&run);
	return status;
}
