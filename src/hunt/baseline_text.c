/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/baseline_text.h"

#include <string.h>

#include "event/filetime.h"
#include "sigma/fields.h"
#include "sigma/yaml_quote.h"
#include "wmi/fingerprint.h"

#define INDENT "    "
#define MOST_NAMES 20 /* of a kind in a description */
#define LONGEST_NAME 100 /* in characters, two of them in a title of at most 256 */
#define LONGEST_PAYLOAD 300
/* A query up to here stands there in plain as well; the digest knows all of any. */
#define LONGEST_QUERY 2000

static void append_cut(GString *out, const char *text, glong most)
{
	const char *end = text;

	for (; *end && most > 0; most--)
		end = g_utf8_next_char(end);
	g_string_append_len(out, text, end - text);
	if (*end)
		g_string_append(out, "…");
}

/* RFC 9562, 5.5: SHA-1 of the namespace's bytes and the name. */
char *baseline_filter_id(const char *key)
{
	/* 7f6fbc9f-4092-40da-a25b-f05e029ad7f1: ours, made for this. */
	static const guchar space[16] = {0x7f, 0x6f, 0xbc, 0x9f, 0x40, 0x92, 0x40, 0xda,
					 0xa2, 0x5b, 0xf0, 0x5e, 0x02, 0x9a, 0xd7, 0xf1};
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA1);
	guint8 b[20];
	gsize size = sizeof(b);

	g_checksum_update(sum, space, sizeof(space));
	g_checksum_update(sum, (const guchar *)key, (gssize)strlen(key));
	g_checksum_get_digest(sum, b, &size);
	g_checksum_free(sum);
	b[6] = (guint8)((b[6] & 0x0F) | 0x50);
	b[8] = (guint8)((b[8] & 0x3F) | 0x80);
	return g_strdup_printf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
			       "%02x%02x%02x%02x%02x%02x",
			       b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
			       b[11], b[12], b[13], b[14], b[15]);
}

/* The name that sorts first, so that it does not hang on which log came first. */
static void append_first_name(GString *out, GHashTable *names)
{
	g_autoptr(GPtrArray) sorted = stack_names(names);

	append_cut(out, sorted->len ? sorted->pdata[0] : "-", LONGEST_NAME);
}

static void append_title(GString *out, const struct stack_entry *entry)
{
	g_autoptr(GString) title = g_string_new("Baseline: ");

	append_first_name(title, entry->filter_names);
	g_string_append(title, " → ");
	append_first_name(title, entry->consumer_names);
	g_string_append(out, "title: ");
	yaml_append_quoted(out, title->str);
	g_string_append_c(out, '\n');
}

static void append_names(GString *out, const char *what, GHashTable *names)
{
	g_autoptr(GPtrArray) sorted = stack_names(names);

	if (sorted->len == 0)
		return;
	g_string_append(out, what);
	for (guint i = 0; i < sorted->len && i < MOST_NAMES; i++) {
		g_string_append(out, i > 0 ? ", “" : " “");
		append_cut(out, sorted->pdata[i], LONGEST_NAME);
		g_string_append(out, "”");
	}
	if (sorted->len > MOST_NAMES)
		g_string_append_printf(out, " and %u more", sorted->len - MOST_NAMES);
	g_string_append(out, ". ");
}

static void append_payload(GString *out, const struct subscription *subscription)
{
	struct field_list subject;
	const struct field *field;
	guint index = 0;

	field_list_init(&subject);
	field_list_add_subscription(&subject, subscription);
	field = field_list_next(&subject, WH_FIELD_RUNS, &index);
	if (field) {
		g_string_append(out, "Runs: “");
		append_cut(out, field->text, LONGEST_PAYLOAD);
		g_string_append(out, "”. ");
	}
	field_list_release(&subject);
}

static void append_times(GString *out, const struct stack_entry *entry)
{
	char first[WH_FILETIME_TEXT], last[WH_FILETIME_TEXT];

	if (!entry->first_seen)
		return;
	filetime_format(entry->first_seen, first);
	filetime_format(entry->last_seen, last);
	g_string_append_printf(out, "First seen %.10s, last %.10s. ", first, last);
}

static void append_description(GString *out, const struct stack_entry *entry)
{
	guint hosts = g_hash_table_size(entry->hosts);
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text, "Seen on %u host%s:", hosts, hosts == 1 ? "" : "s");
	append_names(text, "", entry->hosts);
	append_names(text, "Filter:", entry->filter_names);
	append_names(text, "Consumer:", entry->consumer_names);
	append_payload(text, entry->earliest);
	append_times(text, entry);
	if (entry->rule_title)
		g_string_append_printf(text, "Matched by a rule of level %s: %s. ",
				       rule_level_name(entry->level), entry->rule_title);
	g_string_truncate(text, text->len - 1);
	g_string_append(out, "description: ");
	yaml_append_quoted(out, text->str);
	g_string_append_c(out, '\n');
}

/* A line of the selection; what is absent must be absent. */
static void append_test(GString *out, const char *field, const char *value)
{
	g_string_append_printf(out, INDENT INDENT "%s: ", field);
	if (value)
		yaml_append_sigma(out, value);
	else
		g_string_append(out, "null");
	g_string_append_c(out, '\n');
}

/* A part that was never bound must not vouch for one that was. */
static void append_parts(GString *out, unsigned parts)
{
	if (parts & WMI_PART_BINDING)
		g_string_append(out, INDENT INDENT "parts|all: [filter, consumer, binding]\n");
	else
		g_string_append_printf(
			out, INDENT INDENT "parts: %s\n" INDENT INDENT "parts|neq: binding\n",
			parts & WMI_PART_FILTER ? "filter" : "consumer");
}

static void append_selection(GString *out, const struct subscription *subscription)
{
	const struct wmi_filter *filter = subscription->filter;
	const struct wmi_consumer *consumer = subscription->consumer;
	g_autofree char *of_filter = filter_fingerprint(filter);
	g_autofree char *of_consumer = consumer_fingerprint(consumer);

	/* What differs most comes first, since the first that fails ends the test. */
	append_test(out, "consumer.sha256", of_consumer);
	append_test(out, "filter.sha256", of_filter);
	if (of_filter && strlen(filter->query) <= LONGEST_QUERY)
		append_test(out, "filter.query", filter->query);
	append_test(out, "consumer.class", consumer ? consumer->class_name : NULL);
	append_test(out, "namespace", subscription->namespace);
	append_test(out, "incomplete", NULL);
	append_parts(out, subscription->parts);
}

void baseline_append_filter(GString *out, const struct stack_entry *entry)
{
	g_autofree char *id = baseline_filter_id(entry->key);

	g_string_append(out, "---\n");
	append_title(out, entry);
	g_string_append_printf(out, "id: %s\n", id);
	append_description(out, entry);
	g_string_append(out, "logsource:\n" INDENT "product: windows\n" INDENT
			     "category: wmi_subscription\n"
			     "filter:\n" INDENT "rules: any\n" INDENT "whole:\n");
	append_selection(out, entry->earliest);
	g_string_append(out, INDENT "condition: not whole\n");
}
