/* SPDX-License-Identifier: Apache-2.0 */
#include "report/timeline_formats.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "event/filetime.h"
#include "report/supertimeline.h"
#include "report/table.h"

#define END_OF_9999 UINT64_C(2650467743999999999)

/* Ends a report with all rows, in their order. */
static void print_rows(struct report *report,
		       void (*print)(const struct supertimeline_row *row, GString *out))
{
	struct supertimeline *timeline = report->state;

	supertimeline_sort(timeline);
	for (guint i = 0; i < timeline->rows->len; i++)
		print(timeline->rows->pdata[i], report->text);
	supertimeline_free(timeline);
}

void timeline_end(struct report *report)
{
	struct supertimeline *timeline = report->state;

	supertimeline_sort(timeline);
	table_begin(report);
	for (guint i = 0; i < timeline->rows->len; i++)
		table_add_happening(report, timeline->rows->pdata[i]);
	table_end(report);
	supertimeline_free(timeline);
}

static uint64_t known_time(uint64_t filetime)
{
	return CLAMP(filetime, WH_UNIX_EPOCH, END_OF_9999);
}

/* To the microsecond: what follows would be dropped by some and rounded by others. */
static void append_time(GString *out, uint64_t filetime)
{
	static const char zone[] = "+00:00";
	char text[WH_FILETIME_TEXT + sizeof(zone)];

	filetime = known_time(filetime);
	filetime_format(filetime, text);
	memcpy(strchr(text, '.') + 7, zone, sizeof(zone));
	json_add_string(out, "datetime", text);
	json_add_uint(out, "timestamp", (filetime - WH_UNIX_EPOCH) / 10);
}

static void append_tags(GString *out, const struct supertimeline_row *row)
{
	json_open_array(out, "tag");
	if (row->level >= 0)
		json_add_string(out, NULL, rule_level_name((enum rule_level)row->level));
	for (guint i = 0; i < row->tags->len; i++)
		json_add_string(out, NULL, row->tags->pdata[i]);
	json_close_array(out);
}

static void append_list(GString *out, const char *key, const GPtrArray *texts)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < texts->len; i++)
		g_string_append_printf(list, "%s%s", i ? "; " : "", (char *)texts->pdata[i]);
	json_add_present(out, key, list->str);
}

/* What plaso has names for has these. */
static void append_event(GString *out, const struct supertimeline_row *row)
{
	json_add_present(out, "computer_name", row->host);
	if (row->ref.has_event_id)
		json_add_uint(out, "event_identifier", row->ref.event_id);
	if (row->ref.has_record_id)
		json_add_uint(out, "record_number", row->ref.record_id);
	json_add_present(out, "channel", row->ref.channel);
	if (row->user && g_str_has_prefix(row->user, "S-1-"))
		json_add_string(out, "user_sid", row->user);
	json_add_present(out, "username", row->user_name ? row->user_name : row->user);
	json_add_present(out, "process", row->process);
	if (row->has_process_id)
		json_add_uint(out, "pid", row->process_id);
	json_add_present(out, "hostname_from", row->from);
}

static void append_source(GString *out, const struct supertimeline_row *row)
{
	g_autofree char *source = event_ref_text(&row->ref);

	if (!row->ref.path)
		return;
	json_add_string(out, "filename", source);
	json_add_uint(out, "offset", row->ref.offset);
}

/* The first member is what later runs know a result by. */
static void print_timesketch(const struct supertimeline_row *row, GString *out)
{
	g_autoptr(GString) message = g_string_new(NULL);
	g_autofree char *what = g_strdelimit(g_strdup(row->what), "_", ' ');

	supertimeline_row_append_message(row, message);
	json_open_object(out, NULL);
	json_add_string(out, "data_type", "wmihunt:timeline");
	json_add_string(out, "message", message->str);
	append_time(out, row->ref.time);
	json_add_string(out, "timestamp_desc", what);
	append_tags(out, row);
	append_event(out, row);
	json_add_uint(out, "count", row->count);
	json_add_present(out, "wmi_namespace", row->namespace);
	append_list(out, "wmi_subscription", row->subscriptions);
	json_add_present(out, "detail", row->detail);
	json_add_present(out, "why", row->why);
	append_list(out, "rule", row->rules);
	append_source(out, row);
	json_close_object(out);
	g_string_append_c(out, '\n');
}

void timesketch_end(struct report *report)
{
	print_rows(report, print_timesketch);
}

/* A name that ends where the next field begins, and nowhere else. */
static void append_name(GString *out, const char *text)
{
	g_autoptr(GString) name = g_string_new(NULL);

	text_append_terminal(name, text);
	g_string_replace(name, "|", "\\u007c", 0);
	g_string_append_len(out, name->str, (gssize)name->len);
}

/* All four times are the same: mactime would show one of 0 as 1970. It also takes lines of one name
 * and time for one file, so the record is a part of the name. */
static void print_body(const struct supertimeline_row *row, GString *out)
{
	g_autoptr(GString) name = g_string_new("WMI ");
	gint64 seconds = (gint64)filetime_to_unix(known_time(row->ref.time));

	g_string_append_printf(name, "%s: ", row->host ? row->host : "-");
	if (row->ref.has_event_id)
		g_string_append_printf(name, "event %u record %" G_GUINT64_FORMAT " ",
				       row->ref.event_id, row->ref.record_id);
	supertimeline_row_append_message(row, name);
	g_string_append(out, "0|");
	append_name(out, name->str);
	g_string_append(out, "|0|----------|0|0|0");
	for (unsigned i = 0; i < 4; i++)
		g_string_append_printf(out, "|%" G_GINT64_FORMAT, seconds);
	g_string_append_c(out, '\n');
}

void bodyfile_end(struct report *report)
{
	print_rows(report, print_body);
}
