/* SPDX-License-Identifier: Apache-2.0 */
#include "report/csv.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "event/filetime.h"
#include "report/finding_cells.h"
#include "report/row.h"
#include "wmi/payload.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define LINE_END "\r\n"

/* By enum report_content. */
static const char *const headers[] = {
	[REPORT_FINDINGS] = "kind,level,host,first_seen,last_seen,state,namespace,filter,query,"
			    "consumer,class,runs,decoded,user,process,rules,rule_ids,tags,"
			    "known_good,count,channel,event_id,record_id,source",
	[REPORT_STACK] = "hosts,of_hosts,host_names,level,rule,rule_id,known_good,first_seen,"
			 "last_seen,subscriptions,active,namespace,filters,query,consumers,class,"
			 "runs,decoded",
	[REPORT_EVENTS] = "time,host,channel,provider,event_id,record_id,process_id,user_sid,"
			  "operation,user,namespace,filter,query,consumer,class,runs,data,source",
};

void csv_begin(struct report *report)
{
	g_string_append(report->text, report->options.bom ? BYTE_ORDER_MARK : "");
	g_string_append(report->text, headers[report->options.content]);
	g_string_append(report->text, LINE_END);
}

/*
 * True where a spreadsheet could take the text for a formula, also after blanks that it drops, or
 * in the wide forms that it takes for the same. A text that begins with the guard gets another, so
 * that taking one away always gives what was logged.
 */
static bool needs_guard(const char *text)
{
	static const char *const beginnings[] = {"=", "+", "-", "@", "'", "＝", "＋", "－", "＠"};

	/* Alone, what stands for standard input. */
	if (strcmp(text, "-") == 0)
		return false;
	text += strspn(text, " ");
	for (guint i = 0; i < G_N_ELEMENTS(beginnings); i++)
		if (g_str_has_prefix(text, beginnings[i]))
			return true;
	return false;
}

static void append_quoted(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

/* Also for blanks at the ends, and for what separates cells in some countries. */
static bool needs_quotes(const GString *cell)
{
	return cell->len > 0 && (strpbrk(cell->str, ",;\"") || cell->str[0] == ' ' ||
				 cell->str[cell->len - 1] == ' ');
}

/* Each cell has a comma after it; the last one's is taken back. */
static void end_line(GString *out)
{
	g_string_truncate(out, out->len - 1);
	g_string_append(out, LINE_END);
}

static void put_text(GString *out, const char *text)
{
	g_autoptr(GString) cell = g_string_new(NULL);

	if (text && needs_guard(text))
		g_string_append_c(cell, '\'');
	text_append_terminal(cell, text ? text : "");
	g_string_truncate(cell, text_cut(cell->str, cell->len, WH_MAX_CSV_CELL));
	if (needs_quotes(cell))
		append_quoted(out, cell->str);
	else
		g_string_append_len(out, cell->str, (gssize)cell->len);
	g_string_append_c(out, ',');
}

static void put_number(GString *out, bool is_there, uint64_t value)
{
	if (is_there)
		text_append_decimal(out, value);
	g_string_append_c(out, ',');
}

static void put_time(GString *out, uint64_t filetime)
{
	char text[WH_FILETIME_TEXT] = "";

	if (filetime)
		filetime_format(filetime, text);
	put_text(out, text);
}

/* The texts (const char *) with "; " between them. */
static void put_list(GString *out, const GPtrArray *texts, const char *between)
{
	g_autoptr(GString) cell = g_string_new(NULL);

	for (guint i = 0; texts && i < texts->len; i++)
		g_string_append_printf(cell, "%s%s", i ? between : "", (char *)texts->pdata[i]);
	put_text(out, cell->str);
}

static void put_names(GString *out, GHashTable *names)
{
	g_autoptr(GPtrArray) list = stack_names(names);

	put_list(out, list, "; ");
}

static void put_decoded(GString *out, const struct wmi_consumer *consumer)
{
	g_autoptr(GPtrArray) decoded = consumer ? payload_decode_consumer(consumer) : NULL;

	put_list(out, decoded, "\n");
}

static void put_ref(GString *out, const struct event_ref *ref)
{
	put_text(out, ref ? ref->channel : NULL);
	put_number(out, ref && ref->has_event_id, ref ? ref->event_id : 0);
	put_number(out, ref && ref->has_record_id, ref ? ref->record_id : 0);
}

static void put_source(GString *out, const struct event_ref *ref)
{
	g_autofree char *text = ref ? event_ref_text(ref) : NULL;

	put_text(out, text);
}

static void put_matches(GString *out, const GPtrArray *matches)
{
	g_autoptr(GPtrArray) titles = g_ptr_array_new();
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_autoptr(GPtrArray) tags = matches_list_tags(matches);

	for (guint i = 0; i < matches->len; i++) {
		const struct match *match = matches->pdata[i];

		g_ptr_array_add(titles, (gpointer)match->title);
		if (match->rule_id)
			g_ptr_array_add(ids, (gpointer)match->rule_id);
	}
	put_list(out, titles, "; ");
	put_list(out, ids, "; ");
	put_list(out, tags, "; ");
}

static void put_content(GString *out, const struct finding_cells *cells)
{
	put_text(out, cells->state);
	put_text(out, cells->namespace);
	put_text(out, cells->filter);
	put_text(out, cells->query);
	put_text(out, cells->consumer_name);
	put_text(out, cells->class_name);
	put_text(out, cells->runs);
	put_decoded(out, cells->consumer);
	put_text(out, cells->user);
	put_text(out, cells->process);
}

void csv_add_finding(struct report *report, const struct finding *finding)
{
	const struct finding_cells cells = finding_cells_read(finding);
	int level = finding_level(finding);
	GString *out = report->text;

	put_text(out, cells.kind);
	put_text(out, level < 0 ? NULL : rule_level_name((enum rule_level)level));
	put_text(out, cells.host);
	put_time(out, cells.first);
	put_time(out, cells.last);
	put_content(out, &cells);
	put_matches(out, finding->matches);
	put_text(out, finding->known_good_id ? finding->known_good_id : finding->known_good_title);
	put_number(out, true, cells.count);
	put_ref(out, cells.ref);
	put_source(out, cells.ref);
	end_line(out);
}

static void put_stack_content(GString *out, const struct stack_entry *entry)
{
	const struct subscription *earliest = entry->earliest;
	const struct wmi_consumer *consumer = earliest->consumer;

	put_text(out, earliest->namespace);
	put_names(out, entry->filter_names);
	put_text(out, earliest->filter ? earliest->filter->query : NULL);
	put_names(out, entry->consumer_names);
	put_text(out, consumer ? consumer->class_name : NULL);
	put_text(out, consumer ? consumer_find_payload(consumer) : NULL);
	put_decoded(out, consumer);
}

void csv_add_stack(struct report *report, const struct stack_entry *entry)
{
	GString *out = report->text;
	/* As in the lines, it takes all of them to be known-good. */
	bool is_known = entry->vouched == entry->subscriptions;

	put_number(out, true, g_hash_table_size(entry->hosts));
	put_number(out, true, entry->of_hosts);
	put_names(out, entry->hosts);
	put_text(out, entry->rule_title ? rule_level_name(entry->level) : NULL);
	put_text(out, entry->rule_title);
	put_text(out, entry->rule_id);
	put_text(out, !is_known		     ? NULL
		      : entry->known_good_id ? entry->known_good_id
					     : entry->known_good_title);
	put_time(out, entry->first_seen);
	put_time(out, entry->last_seen);
	put_number(out, true, entry->subscriptions);
	put_number(out, true, entry->active);
	put_stack_content(out, entry);
	end_line(out);
}

static void put_fact(GString *out, const struct wmi_fact *fact)
{
	static const struct wmi_fact nothing;
	static const struct wmi_filter no_filter;
	const struct wmi_filter *filter = fact && fact->filter ? fact->filter : &no_filter;
	const struct wmi_consumer *consumer = fact ? fact->consumer : NULL;

	put_text(out, fact ? wmi_operation_name(fact->operation) : NULL);
	fact = fact ? fact : &nothing;
	put_text(out, fact->user);
	put_text(out, fact->namespace);
	put_text(out, filter->name);
	put_text(out, filter->query);
	put_text(out, consumer ? consumer->name : NULL);
	put_text(out, consumer ? consumer->class_name : NULL);
	put_text(out, consumer ? consumer_find_payload(consumer) : NULL);
}

static void put_fields(GString *out, const GArray *fields)
{
	g_autoptr(GString) cell = g_string_new(NULL);

	for (guint i = 0; i < fields->len; i++) {
		const struct event_field *field = &g_array_index(fields, struct event_field, i);

		g_string_append_printf(cell, "%s%s%s%s", i ? "; " : "", field->name,
				       *field->name ? "=" : "", field->value);
	}
	put_text(out, cell->str);
}

void csv_add_event(struct report *report, const struct event *event, const struct wmi_fact *fact)
{
	GString *out = report->text;

	put_time(out, event->ref.time);
	put_text(out, event->host);
	put_text(out, event->ref.channel);
	put_text(out, event->provider);
	put_number(out, event->ref.has_event_id, event->ref.event_id);
	put_number(out, event->ref.has_record_id, event->ref.record_id);
	put_number(out, event->has_process_id, event->process_id);
	put_text(out, event->user_sid);
	put_fact(out, fact);
	put_fields(out, event->fields);
	put_source(out, &event->ref);
	end_line(out);
}
