/* SPDX-License-Identifier: Apache-2.0 */
#include "report/saved_line.h"

#include <string.h>

#include "event/event_json.h"
#include "hunt/rules_about.h"
#include "report/saved_tables.h"

struct saved_lines {
	const struct rule_set *rules;
	struct saved_reader reader;
	struct saved_line line;
	char *reason;
	GHashTable *sources; /* id or title → struct rule_source, without a file where it is none */
};

/* A kind of line. */
struct line_kind {
	const char *name;
	const struct saved_member *members; /* of struct saved_line */
	void (*end)(struct saved_reader *reader, struct saved_line *line);
	bool is_event; /* it has the members of an event, too */
	enum saved_line_kind kind;
};

static const struct line_kind kinds[] = {
	{.name = "subscription",
	 .members = saved_subscription_members,
	 .end = saved_subscription_end},
	{.name = "evidence",
	 .members = saved_evidence_members,
	 .end = saved_evidence_end,
	 .is_event = true},
	{.name = "correlation", .members = saved_correlation_members, .end = saved_correlation_end},
	{.name = "coverage",
	 .members = saved_coverage_members,
	 .end = saved_coverage_end,
	 .kind = SAVED_COVERAGE},
	{.name = "match", .members = saved_matched_members, .kind = SAVED_MATCH},
};

struct saved_lines *saved_lines_new(const struct rule_set *rules)
{
	struct saved_lines *lines = g_new0(struct saved_lines, 1);

	lines->rules = rules;
	lines->sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	saved_reader_init(&lines->reader);
	event_init(&lines->line.event);
	return lines;
}

static void clear(struct saved_lines *lines)
{
	struct saved_line *line = &lines->line;
	struct event event = line->event;

	evidence_free(line->evidence);
	g_clear_pointer(&lines->reason, g_free);
	/* The event is used again. */
	*line = (struct saved_line){.event = event};
}

void saved_lines_free(struct saved_lines *lines)
{
	clear(lines);
	event_release(&lines->line.event);
	g_hash_table_unref(lines->sources);
	saved_reader_release(&lines->reader);
	g_free(lines);
}

/* By the member `kind`, wherever it stands. NULL for a line without one. */
static const char *read_kind(struct saved_reader *reader)
{
	const char *kind = NULL;
	const struct saved_member members[] = {{.name = "kind", .kind = SAVED_TEXT}, {0}};

	saved_read_object(reader, "the line", members, &kind);
	return kind;
}

static const struct line_kind *find_kind(const char *name)
{
	for (size_t i = 0; name && i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static const struct rule_source *find_source(struct saved_lines *lines, const struct match *match)
{
	const char *key = match->rule_id ? match->rule_id : match->title;
	struct rule_source *source = g_hash_table_lookup(lines->sources, key);

	if (source)
		return source;
	source = g_new0(struct rule_source, 1);
	rule_set_find(lines->rules, match->rule_id, match->title, source);
	g_hash_table_insert(lines->sources, g_strdup(key), source);
	return source;
}

/* What only the rules say of a match. */
static void find_rules(struct saved_lines *lines)
{
	struct saved_line *line = &lines->line;
	const GPtrArray *matches = line->finding.matches;

	for (guint i = 0; i < matches->len; i++) {
		struct match *match = matches->pdata[i];
		const struct rule_source *source = find_source(lines, match);

		if (!source->file)
			continue;
		match->rule = source->rule;
		match->references = source->references;
		match->triage = source->triage;
		if (line->finding.kind == FINDING_CORRELATION)
			line->rule.file = (char *)source->file;
	}
}

static void begin(struct saved_lines *lines)
{
	struct saved_line *line = &lines->line;

	clear(lines);
	line->stored.host_source = HOST_UNKNOWN;
	line->rule.group_by = saved_reader_list(&lines->reader);
	line->correlation.group = saved_reader_list(&lines->reader);
}

static void read_members(struct saved_lines *lines, const struct line_kind *kind, const char *text,
			 size_t length)
{
	struct saved_reader *reader = &lines->reader;
	struct saved_line *line = &lines->line;
	char *reason = NULL;

	if (kind->is_event &&
	    !event_from_json_as(&line->event, kind->name, text, length, &reason)) {
		reader->problem = reason;
		return;
	}
	saved_read_object(reader, "the line", kind->members, line);
	if (reader->json.problem || reader->problem)
		return;
	if (kind->end)
		kind->end(reader, line);
	line->kind = kind->kind;
	if (line->kind == SAVED_FINDING && !reader->problem)
		find_rules(lines);
}

static char *find_problem(struct saved_reader *reader)
{
	if (reader->json.problem)
		return g_strdup_printf("not JSON: %s", reader->json.problem);
	if (!reader->problem && !json_at_end(&reader->json))
		return g_strdup("not JSON: something follows its end");
	return g_steal_pointer(&reader->problem);
}

const struct saved_line *saved_lines_read(struct saved_lines *lines, const char *text,
					  size_t length, const char **reason)
{
	struct saved_reader *reader = &lines->reader;
	const struct line_kind *kind;

	saved_reader_begin(reader, text, length);
	kind = find_kind(read_kind(reader));
	if (kind) {
		saved_reader_begin(reader, text, length);
		begin(lines);
		read_members(lines, kind, text, length);
	} else {
		clear(lines);
		saved_reader_fail(reader, "the line", "is none that hunt writes");
	}
	lines->reason = find_problem(reader);
	*reason = lines->reason;
	return lines->reason ? NULL : &lines->line;
}
