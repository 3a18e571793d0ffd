/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/cmd.h"
#include "cli/new_since.h"
#include "cli/session.h"
#include "evidence/evidence.h"
#include "report/saved_line.h"

struct report_run {
	/* Options. */
	gboolean explain;
	gboolean full;
	struct new_since new_since;

	struct session *session;
	struct saved_lines *lines;
	GHashTable *printed; /* char *: ids of subscriptions, where older ones are left out */
	uint64_t findings;
	uint64_t found[FINDING_CORRELATION + 1];
	uint64_t hosts[COVERED + 1];
};

static bool is_linked_to_printed(const struct report_run *run, const struct finding *finding)
{
	const GPtrArray *links =
		finding->kind == FINDING_EVIDENCE ? finding->evidence->links : NULL;

	for (guint i = 0; links && i < links->len; i++) {
		const struct evidence_link *link = links->pdata[i];

		if (g_hash_table_contains(run->printed, link->subscription->id.text))
			return true;
	}
	return false;
}

static bool add_related(struct report_run *run, const struct finding *finding)
{
	struct finding related = *finding;

	if (run->new_since.text && !is_linked_to_printed(run, finding))
		return true;
	run->found[finding->kind]++;
	related.is_related = true;
	return report_add_related(&run->session->report, &related);
}

static bool add_finding(struct report_run *run, const struct finding *finding)
{
	bool is_finding = !finding->is_related && finding_level(finding) >= LEVEL_LOW;

	if (finding->is_related || !new_since_admits(&run->new_since, finding, is_finding))
		return add_related(run, finding);
	run->found[finding->kind]++;
	run->findings += is_finding;
	if (run->new_since.text && finding->kind == FINDING_SUBSCRIPTION)
		g_hash_table_add(run->printed, g_strdup(finding->subscription->id.text));
	return report_add_finding(&run->session->report, finding);
}

static bool add_line(struct report_run *run, const struct saved_line *line)
{
	if (line->kind == SAVED_FINDING)
		return add_finding(run, &line->finding);
	/* It is of no use but to hunt --correlate-only. */
	if (line->kind == SAVED_MATCH)
		return true;
	run->hosts[line->coverage.covered]++;
	return report_add_coverage(&run->session->report, &line->coverage);
}

static bool take_line(void *context, const char *path, const char *text, size_t length,
		      const char **reason, bool *go_on)
{
	struct report_run *run = context;
	const struct saved_line *line;

	if (!line_inputs_read_saved(run->lines, path, text, length, &run->session->faults, &line,
				    reason))
		return false;
	if (line)
		*go_on = add_line(run, line);
	return true;
}

static bool print_report(struct session *session, void *context)
{
	struct report_run *run = context;
	const struct line_taker taker = {take_line, run};

	run->session = session;
	run->lines = saved_lines_new(session->rules);
	run->printed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	session_read_lines(session, &taker);
	saved_lines_free(run->lines);
	g_hash_table_unref(run->printed);
	session_count(session, "hosts_covered", run->hosts[COVERED]);
	session_count(session, "hosts_partly_covered", run->hosts[COVERED_PARTLY]);
	session_count(session, "hosts_not_covered", run->hosts[COVERED_NOT]);
	session_count(session, "subscriptions", run->found[FINDING_SUBSCRIPTION]);
	session_count(session, "evidence_shown", run->found[FINDING_EVIDENCE]);
	session_count(session, "correlations", run->found[FINDING_CORRELATION]);
	session_count(session, "findings", run->findings);
	new_since_end(&run->new_since, session);
	return run->findings > 0;
}

static bool check_options(struct session *session, void *context)
{
	struct report_run *run = context;

	session->report_options.explain = run->explain || run->full;
	session->report_options.full = run->full;
	session->report_options.min_level = LEVEL_LOW;
	return new_since_check(&run->new_since, session);
}

int cmd_report(int argc, char **argv)
{
	struct report_run run = {0};
	const GOptionEntry entries[] = {
		{"explain", 0, 0, G_OPTION_ARG_NONE, &run.explain,
		 "What each finding is, why it matched, and what the rules advise", NULL},
		{"full", 0, 0, G_OPTION_ARG_NONE, &run.full,
		 "The same, with scripts and the like whole (in tables)", NULL},
		{"new-since", 0, 0, G_OPTION_ARG_STRING, &run.new_since.text,
		 "Only what was made, or may have been, at or after TIME", "TIME"},
		{0},
	};
	const struct session_command command = {
		.usage = "FILE… - reports from saved lines",
		.summary = "Reads lines that wmihunt hunt has written, of one run or of several, "
			   "and reports\n"
			   "them in any format, as the run itself would have done.",
		.entries = entries,
		.reads_lines = true,
		.check = check_options,
		.run = print_report,
		.context = &run,
	};

	int status = session_run(&command, argc, argv);

	g_free(run.new_since.text);
	return status;
}
