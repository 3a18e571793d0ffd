/* SPDX-License-Identifier: Apache-2.0 */
#include "report/html.h"

#include <string.h>

#include "base/json.h"
#include "config.h"
#include "hunt/rules_about.h"
#include "report/html_data.h"
#include "report/html_page.h"
#include "report/jsonl.h"
#include "report/match_json.h"
#include "sigma/packs.h"
#include "sigma/rule.h"

struct html {
	bool has_lines;
	struct html_data *data;
	GString *line; /* the one at hand, as the page has it */
	GHashTable *rules; /* keys of those that were added: owned texts */
};

void html_escape_json(GString *json, size_t start)
{
	static const struct {
		char character;
		const char *escape;
	} escapes[] = {{'<', "\\u003c"}, {'>', "\\u003e"}, {'&', "\\u0026"}};
	g_autofree char *raw = g_strndup(json->str + start, json->len - start);

	/* Outside of its strings JSON has none of these. */
	g_string_truncate(json, start);
	for (const char *at = raw; *at;) {
		size_t plain = strcspn(at, "<>&");

		g_string_append_len(json, at, (gssize)plain);
		at += plain;
		for (size_t i = 0; i < G_N_ELEMENTS(escapes); i++)
			if (*at == escapes[i].character)
				g_string_append(json, escapes[i].escape);
		at += *at != '\0';
	}
}

/* Makes a line that was written from `start` on a member of the page's list. */
static void end_line(struct report *report, size_t start)
{
	struct html *html = report->state;
	GString *text = report->text, *line = html->line;

	g_string_truncate(line, 0);
	if (html->has_lines)
		g_string_append_c(line, ',');
	html->has_lines = true;
	html_data_append(html->data, text->str + start, text->len - start, line);
	html_escape_json(line, 0);
	g_string_truncate(text, start);
	g_string_append_len(text, line->str, (gssize)line->len);
}

/* The rules that the report was made with. */
static void append_rule_set(struct report *report)
{
	GString *line = report->text;
	size_t start = line->len;

	json_open_object(line, NULL);
	json_add_string(line, "kind", "rules");
	json_add_string(line, "version", PACKAGE_VERSION);
	rule_set_append_json(report->options.rules, line);
	json_close_object(line);
	end_line(report, start);
}

void html_begin(struct report *report)
{
	struct html *html = g_new0(struct html, 1);

	html->data = html_data_new();
	html->line = g_string_new(NULL);
	html->rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	report->state = html;
	g_string_append(report->text, html_page_head);
	if (report->options.content == REPORT_FINDINGS && report->options.rules)
		append_rule_set(report);
}

static const struct pack_text *find_pack(const char *file)
{
	for (size_t i = 0; file && i < hunt_pack_count; i++)
		if (strcmp(hunt_pack_texts[i].name, file) == 0)
			return &hunt_pack_texts[i];
	return NULL;
}

static void append_rule(struct report *report, const struct match *match, const char *file)
{
	const struct pack_text *pack = find_pack(file);
	g_autofree char *text = pack ? g_strndup(pack->text, pack->length) : NULL;
	GString *line = report->text;
	size_t start = line->len;

	json_open_object(line, NULL);
	json_add_string(line, "kind", "rule");
	json_add_present(line, "rule_id", match->rule_id);
	json_add_present(line, "title", match->title);
	json_add_string(line, "level", rule_level_name(match->level));
	tags_append_json(match->tags, line);
	json_add_present(line, "triage", match->triage);
	references_append_json(match->references, line);
	json_add_present(line, "file", file);
	json_add_present(line, "text", text);
	json_close_object(line);
	end_line(report, start);
}

static void append_rules(struct report *report, const struct finding *finding)
{
	struct html *html = report->state;
	const char *file = finding->kind == FINDING_CORRELATION
				   ? finding->correlation->correlation->file
				   : NULL;

	for (guint i = 0; i < finding->matches->len; i++) {
		const struct match *match = finding->matches->pdata[i];
		char *key = g_strdup(match->rule_id ? match->rule_id : match->title);

		if (g_hash_table_add(html->rules, key))
			append_rule(report, match, match->rule ? match->rule->file : file);
	}
}

void html_add_finding(struct report *report, const struct finding *finding)
{
	size_t start;

	append_rules(report, finding);
	start = report->text->len;
	jsonl_add_finding(report, finding);
	end_line(report, start);
}

void html_add_coverage(struct report *report, const struct host_coverage *host)
{
	size_t start = report->text->len;

	jsonl_add_coverage(report, host);
	end_line(report, start);
}

void html_add_stack(struct report *report, const struct stack_entry *entry)
{
	size_t start = report->text->len;

	jsonl_add_stack(report, entry);
	end_line(report, start);
}

void html_add_event(struct report *report, const struct event *event, const struct wmi_fact *fact)
{
	size_t start = report->text->len;

	jsonl_add_event(report, event, fact);
	end_line(report, start);
}

void html_end(struct report *report)
{
	struct html *html = report->state;

	g_string_append(report->text, html_page_tail);
	g_hash_table_unref(html->rules);
	html_data_free(html->data);
	g_string_free(html->line, TRUE);
	g_free(html);
}
