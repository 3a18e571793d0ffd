/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cmd.h"
#include "cli/reduce.h"
#include "report/correlation_line.h"
#include "report/evidence_line.h"
#include "report/subscription_line.h"
#include "report/table.h"

struct hunt_run {
	struct hunting hunting;
	/* Options. */
	gboolean all;
	gboolean explain;
	char *min_level_name;

	enum rule_level min_level;
	struct table *table;
	GString *line;
	GHashTable *shown; /* struct subscription */
	uint64_t subscriptions;
	uint64_t findings;
	uint64_t known_good;
	uint64_t evidence;
	uint64_t correlations;
};

static bool is_finding(const struct hunt_run *run, const struct verdict *verdict)
{
	const struct match *highest = verdict->matches->len ? verdict->matches->pdata[0] : NULL;

	return highest && highest->level >= run->min_level;
}

static bool print_line(struct hunt_run *run)
{
	bool go_on = output_write(&run->hunting.session.output, run->line->str, run->line->len);

	g_string_truncate(run->line, 0);
	return go_on;
}

static bool print_subscription(struct hunt_run *run, const struct subscription *subscription,
			       const struct verdict *verdict)
{
	const struct match *highest = verdict->matches->len ? verdict->matches->pdata[0] : NULL;

	g_hash_table_add(run->shown, (gpointer)subscription);
	if (run->table) {
		table_add_subscription(run->table, subscription, verdict);
		if (run->explain)
			table_explain(run->table, subscription, highest ? highest->triage : NULL);
		return true;
	}
	subscription_line_append(subscription, verdict, run->line);
	return print_line(run);
}

static bool judge_subscription(struct hunt_run *run, const struct subscription *subscription)
{
	struct verdict verdict;
	bool finding, go_on = true;

	hunting_judge(&run->hunting, subscription, &verdict);
	finding = is_finding(run, &verdict);
	run->findings += finding;
	run->known_good += verdict.known_good_title != NULL;
	if (finding || run->all)
		go_on = print_subscription(run, subscription, &verdict);
	verdict_release(&verdict);
	return go_on;
}

static bool speaks_of_shown(const struct hunt_run *run, const struct evidence *evidence)
{
	for (guint i = 0; evidence->links && i < evidence->links->len; i++) {
		const struct evidence_link *link = evidence->links->pdata[i];

		if (g_hash_table_contains(run->shown, link->subscription))
			return true;
	}
	return false;
}

/* Evidence is shown for its own sake, or with the subscription that it speaks of. */
static bool judge_evidence(struct hunt_run *run, const struct evidence *evidence)
{
	bool finding = evidence->level >= (int)run->min_level;

	run->findings += finding;
	if (!finding && !run->all && !speaks_of_shown(run, evidence))
		return true;
	run->evidence++;
	if (run->table) {
		if (finding || run->all)
			table_add_evidence(run->table, evidence);
		return true;
	}
	evidence_line_append(evidence, run->line);
	return print_line(run);
}

static bool judge_correlation(struct hunt_run *run, const struct correlation_finding *correlation)
{
	bool finding = correlation->correlation->level >= run->min_level;

	run->findings += finding;
	if (!finding && !run->all)
		return true;
	run->correlations++;
	if (run->table) {
		table_add_correlation(run->table, correlation);
		return true;
	}
	correlation_line_append(correlation, run->line);
	return print_line(run);
}

static void judge(struct hunt_run *run)
{
	GPtrArray *subscriptions = hunting_collect(&run->hunting);
	GPtrArray *evidence = hunting_get_evidence(&run->hunting);
	GPtrArray *correlations = hunting_take_correlations(&run->hunting);
	bool go_on = true;

	run->subscriptions = subscriptions->len;
	for (guint i = 0; go_on && i < subscriptions->len; i++)
		go_on = judge_subscription(run, subscriptions->pdata[i]);
	for (guint i = 0; go_on && i < evidence->len; i++)
		go_on = judge_evidence(run, evidence->pdata[i]);
	for (guint i = 0; go_on && i < correlations->len; i++)
		go_on = judge_correlation(run, correlations->pdata[i]);
	g_ptr_array_unref(correlations);
	g_ptr_array_unref(evidence);
	g_ptr_array_unref(subscriptions);
}

static void hunt_paths(struct hunt_run *run)
{
	struct session *session = &run->hunting.session;
	struct table_options options = session_table_options(session);

	if (session->as_table)
		run->table = table_new_subscriptions(&options);
	judge(run);
	if (run->table)
		session_print_table(session, run->table);
	diagnostics_summary(&session->diagnostics, &run->hunting.tally,
			    (struct summary_count[]){{"subscriptions", run->subscriptions},
						     {"known_good", run->known_good},
						     {"evidence", run->evidence},
						     {"correlations", run->correlations},
						     {"findings", run->findings},
						     {NULL, 0}});
}

static bool parse_level(struct hunt_run *run)
{
	run->min_level = LEVEL_LOW;
	if (!run->min_level_name || rule_level_parse(run->min_level_name, &run->min_level))
		return true;
	diagnostics_error("--min-level: %s is none of informational, low, medium, high, critical",
			  run->min_level_name);
	return false;
}

int cmd_hunt(int argc, char **argv)
{
	struct hunt_run run = {0};
	const GOptionEntry entries[] = {
		{"all", 'a', 0, G_OPTION_ARG_NONE, &run.all,
		 "Also subscriptions that no rule matches, the known-good, and all evidence", NULL},
		{"explain", 0, 0, G_OPTION_ARG_NONE, &run.explain,
		 "In tables: what happened to each subscription, and what to look at next", NULL},
		{"min-level", 'l', 0, G_OPTION_ARG_STRING, &run.min_level_name,
		 "Lowest level that is a finding (default: low)", "LEVEL"},
		{0},
	};
	const struct session_command command = {
		.usage = "PATH… - WMI event subscriptions that a hunt pack matches",
		.summary =
			"Reads event logs (or lines of wmihunt events), joins what they tell of "
			"each\n"
			"WMI subscription, and prints those that a rule of the hunt packs matches.",
		.entries = entries,
	};
	int status;

	if (!hunting_begin(&run.hunting, argc, argv, &command, &status))
		return status;
	run.line = g_string_new(NULL);
	run.shown = g_hash_table_new(NULL, NULL);
	if (parse_level(&run) && hunting_open(&run.hunting)) {
		hunt_paths(&run);
		status = hunting_end(&run.hunting, run.findings > 0);
	} else {
		hunting_release(&run.hunting);
	}
	g_string_free(run.line, TRUE);
	g_hash_table_unref(run.shown);
	g_free(run.min_level_name);
	return status;
}
