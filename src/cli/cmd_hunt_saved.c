/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/cmd.h"
#include "cli/hunt_options.h"
#include "cli/session.h"
#include "hunt/saved_matches.h"
#include "report/saved_line.h"

struct saved_run {
	/* Options. */
	gboolean saved;
	gboolean explain;
	char *min_level_name;
	enum rule_level min_level;

	struct session *session;
	struct saved_lines *lines;
	struct field_list fields; /* of the match at hand */
	uint64_t matches;
	uint64_t unknown; /* of these, by a rule that no correlation refers to */
	uint64_t findings;
};

static void add_match(struct saved_run *run, const struct event *event, const struct match *match)
{
	field_list_clear(&run->fields);
	for (guint i = 0; i < match->fields->len; i++) {
		const struct match_field *field = match->fields->pdata[i];

		field_list_add(&run->fields, field->field, field->text ? field->text : "");
	}
	run->matches++;
	if (!rule_set_add_saved(run->session->rules, event, match->rule_id, match->title,
				&run->fields))
		run->unknown++;
}

static void add_line(struct saved_run *run, const struct saved_line *line)
{
	const struct event event = {.ref = line->matched.ref, .host = (char *)line->matched.host};

	if (line->kind != SAVED_MATCH)
		return;
	rule_set_next_saved(run->session->rules);
	for (guint i = 0; i < line->matched_by->len; i++)
		add_match(run, &event, line->matched_by->pdata[i]);
}

static bool take_line(void *context, const char *path, const char *text, size_t length,
		      const char **reason, bool *go_on)
{
	struct saved_run *run = context;
	const struct saved_line *line;

	(void)go_on;
	if (!line_inputs_read_saved(run->lines, path, text, length, &run->session->faults, &line,
				    reason))
		return false;
	if (line)
		add_line(run, line);
	return true;
}

static void print_findings(struct saved_run *run)
{
	struct session *session = run->session;
	g_autoptr(GPtrArray) held = rule_set_take_correlations(session->rules, &session->faults);
	g_autoptr(GHashTable) seen = line_id_seen_new();

	for (guint i = 0; i < held->len; i++) {
		struct correlation_finding *one = held->pdata[i];
		const struct finding finding = {
			.kind = FINDING_CORRELATION, .correlation = one, .matches = one->matches};

		correlation_identify(one, NULL);
		line_id_count(&one->id, seen);
		if (finding_level(&finding) < (int)run->min_level)
			continue;
		run->findings++;
		if (!report_add_finding(&session->report, &finding))
			break;
	}
}

/* Who correlates with other rules than those that saved finds less than there is. */
static void note_unknown(const struct saved_run *run)
{
	g_autofree char *message = g_strdup_printf(
		"saved matches of rules that no correlation of these rules refers to: "
		"%" G_GUINT64_FORMAT,
		run->unknown);

	if (run->unknown)
		diagnostics_note(&run->session->diagnostics, message);
}

static bool correlate(struct session *session, void *context)
{
	struct saved_run *run = context;
	const struct line_taker taker = {take_line, run};

	run->session = session;
	run->lines = saved_lines_new(session->rules);
	field_list_init(&run->fields);
	rule_set_set_scope(session->rules, CORRELATE_SAVED, NULL);
	session_read_lines(session, &taker);
	print_findings(run);
	note_unknown(run);
	field_list_release(&run->fields);
	saved_lines_free(run->lines);
	session_count(session, "matches", run->matches);
	session_count(session, "correlations", run->findings);
	return run->findings > 0;
}

static bool check_options(struct session *session, void *context)
{
	struct saved_run *run = context;

	session->report_options.explain = run->explain;
	if (!hunt_parse_level(run->min_level_name, &run->min_level))
		return false;
	session->report_options.min_level = run->min_level;
	return true;
}

int cmd_hunt_saved(int argc, char **argv)
{
	struct saved_run run = {0};
	const GOptionEntry entries[] = {
		{"correlate-only", 0, 0, G_OPTION_ARG_NONE, &run.saved,
		 "Correlations across hosts, of lines that hunt --shard has saved", NULL},
		{"explain", 0, 0, G_OPTION_ARG_NONE, &run.explain, "What the rules advise", NULL},
		{"min-level", 'l', 0, G_OPTION_ARG_STRING, &run.min_level_name,
		 "Lowest level that is a finding (default: low)", "LEVEL"},
		{0},
	};
	const struct session_command command = {
		.usage = "--correlate-only FILE… - correlations across hosts",
		.summary = "Reads lines that wmihunt hunt --shard has written, of one run or of "
			   "several, and\n"
			   "prints the correlations that hold and do not group by the host.",
		.entries = entries,
		.reads_lines = true,
		.check = check_options,
		.run = correlate,
		.context = &run,
	};
	int status = session_run(&command, argc, argv);

	g_free(run.min_level_name);
	return status;
}
