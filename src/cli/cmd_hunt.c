/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cmd.h"
#include "cli/hunt_options.h"
#include "cli/new_since.h"
#include "cli/reduce.h"
#include "hunt/saved_matches.h"

struct hunt_run {
	/* Options. */
	gboolean all;
	gboolean explain;
	gboolean full;
	gboolean shard;
	gboolean saved; /* see cmd_hunt() */
	char *min_level_name;
	enum rule_level min_level;
	struct new_since new_since;

	struct report *report;
	struct coverage *coverage;
	struct host_names *names;
	GHashTable *printed; /* struct subscription */
	uint64_t findings;
	uint64_t known_good;
	uint64_t shown[FINDING_CORRELATION + 1];
};

static bool is_linked_to_printed(const struct hunt_run *run, const struct finding *finding)
{
	const GPtrArray *links =
		finding->kind == FINDING_EVIDENCE ? finding->evidence->links : NULL;

	for (guint i = 0; links && i < links->len; i++) {
		const struct evidence_link *link = links->pdata[i];

		if (g_hash_table_contains(run->printed, link->subscription))
			return true;
	}
	return false;
}

/* NULL where it is of several, or might have been. */
static const struct host_identity *get_host(const struct hunt_run *run,
					    const struct finding *finding)
{
	const struct correlated_event *first;
	const struct event *event;

	switch (finding->kind) {
	case FINDING_SUBSCRIPTION:
		return finding->subscription->identity;
	case FINDING_EVIDENCE:
		event = &finding->evidence->event;
		return host_names_find(run->names, event->host, &event->ref);
	case FINDING_CORRELATION:
		first = finding->correlation->events->pdata[0];
		return finding->correlation->host && !finding->correlation->correlation->is_across
			       ? host_names_find(run->names, first->host, &first->ref)
			       : NULL;
	}
	return NULL;
}

/* Evidence is shown for its own sake, or with the subscription that it is linked to. */
static bool take_finding(void *context, const struct finding *finding)
{
	struct hunt_run *run = context;
	struct finding related = *finding;
	bool is_high = finding_level(finding) >= (int)run->min_level;
	bool is_new = new_since_admits(&run->new_since, finding, is_high);
	bool matched = is_high && is_new;

	run->findings += matched;
	if (matched)
		coverage_note_finding(run->coverage, get_host(run, finding));
	run->known_good += finding->known_good_id != NULL;
	if (matched || (run->all && is_new)) {
		run->shown[finding->kind]++;
		if (finding->kind == FINDING_SUBSCRIPTION)
			g_hash_table_add(run->printed, (gpointer)finding->subscription);
		return report_add_finding(run->report, finding);
	}
	if (!is_linked_to_printed(run, finding))
		return true;
	run->shown[finding->kind]++;
	related.is_related = true;
	return report_add_related(run->report, &related);
}

/* A run without findings looks the same where a baseline swallows them. */
static void note_all_known(const struct hunt_run *run, struct session *session, guint subscriptions)
{
	g_autofree char *message = NULL;

	if (!session->baseline_paths || subscriptions == 0 || run->known_good != subscriptions)
		return;
	message = g_strdup_printf(
		"known-good filters vouch for all subscriptions that were found: %u",
		subscriptions);
	diagnostics_note(&session->diagnostics, message);
}

static void print_coverage(struct hunt_run *run, struct session *session, const GPtrArray *hosts)
{
	static const char *const names[] = {[COVERED_NOT] = "hosts_not_covered",
					    [COVERED_PARTLY] = "hosts_partly_covered",
					    [COVERED] = "hosts_covered"};
	uint64_t counts[G_N_ELEMENTS(names)] = {0};

	for (guint i = 0; i < hosts->len; i++) {
		const struct host_coverage *host = hosts->pdata[i];

		counts[host->covered]++;
		if (!report_add_coverage(run->report, host))
			break;
	}
	for (unsigned i = G_N_ELEMENTS(names); i-- > 0;)
		session_count(session, names[i], counts[i]);
}

static void save_match(void *context, const struct event *event, const GPtrArray *saved)
{
	report_add_match(context, event, saved);
}

static bool hunt(struct session *session, void *context)
{
	struct hunt_run *run = context;
	const struct match_sink sink = {save_match, &session->report};
	struct reduce reduce;

	run->report = &session->report;
	run->printed = g_hash_table_new(NULL, NULL);
	if (run->shard)
		rule_set_set_scope(session->rules, CORRELATE_HOSTS, &sink);
	reduce_init(&reduce, session);
	run->coverage = reduce.coverage;
	run->names = reduce.names;
	reduce_judge_all(&reduce, take_finding, run);
	print_coverage(run, session, reduce.hosts);
	note_all_known(run, session, reduce.subscriptions->len);
	session_count(session, "subscriptions", reduce.subscriptions->len);
	session_count(session, "known_good_found", run->known_good);
	session_count(session, "evidence_shown", run->shown[FINDING_EVIDENCE]);
	session_count(session, "correlations", run->shown[FINDING_CORRELATION]);
	session_count(session, "findings", run->findings);
	new_since_end(&run->new_since, session);
	reduce_release(&reduce);
	g_hash_table_unref(run->printed);
	return run->findings > 0;
}

bool hunt_parse_level(const char *name, enum rule_level *out)
{
	*out = LEVEL_LOW;
	if (!name || rule_level_parse(name, out))
		return true;
	diagnostics_error("--min-level: %s is none of informational, low, medium, high, critical",
			  name);
	return false;
}

static bool check_options(struct session *session, void *context)
{
	struct hunt_run *run = context;

	session->report_options.explain = run->explain || run->full;
	session->report_options.full = run->full;
	if (!new_since_check(&run->new_since, session))
		return false;
	session->lines_for = run->shard ? "--shard" : NULL;
	if (!hunt_parse_level(run->min_level_name, &run->min_level))
		return false;
	session->report_options.min_level = run->min_level;
	return true;
}

int cmd_hunt(int argc, char **argv)
{
	struct hunt_run run = {0};
	const GOptionEntry entries[] = {
		{"all", 'a', 0, G_OPTION_ARG_NONE, &run.all,
		 "Also subscriptions that no rule matches, the known-good, all related events",
		 NULL},
		{"explain", 0, 0, G_OPTION_ARG_NONE, &run.explain,
		 "What each finding is, why it matched, and what the rules advise", NULL},
		{"full", 0, 0, G_OPTION_ARG_NONE, &run.full,
		 "The same, with scripts and the like whole (in tables)", NULL},
		{"min-level", 'l', 0, G_OPTION_ARG_STRING, &run.min_level_name,
		 "Lowest level that is a finding: informational, low, medium, high or critical "
		 "(default: low)",
		 "LEVEL"},
		{"new-since", 0, 0, G_OPTION_ARG_STRING, &run.new_since.text,
		 "Only what was made, or may have been, at or after TIME", "TIME"},
		{"shard", 0, 0, G_OPTION_ARG_NONE, &run.shard,
		 "These are some hosts of several: save what rules match for correlations across "
		 "hosts",
		 NULL},
		{"correlate-only", 0, 0, G_OPTION_ARG_NONE, &run.saved,
		 "Instead: correlations across hosts, of lines that hunt --shard has saved", NULL},
		{0},
	};
	const struct session_command command = {
		.usage = "PATH… - WMI event subscriptions that a hunt pack matches",
		.summary =
			"Reads event logs (or lines of wmihunt events), joins what they say about "
			"each\n"
			"WMI subscription, and prints those that a rule of the hunt packs matches.",
		.entries = entries,
		.takes_baseline = true,
		.objects = &reduce_wants,
		.check = check_options,
		.run = hunt,
		.context = &run,
	};
	int status;

	/* It reads other inputs, so that other options make sense. */
	if (g_strv_contains((const char *const *)argv, "--correlate-only"))
		return cmd_hunt_saved(argc, argv);
	status = session_run(&command, argc, argv);
	g_free(run.min_level_name);
	g_free(run.new_since.text);
	return status;
}
