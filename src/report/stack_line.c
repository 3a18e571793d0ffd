/* SPDX-License-Identifier: Apache-2.0 */
#include "report/stack_line.h"

#include "base/json.h"
#include "wmi/wmi_json.h"

#define MOST_NAMES 20

static void append_names(GString *out, const char *key, GHashTable *names)
{
	g_autoptr(GPtrArray) sorted = stack_names(names);

	if (sorted->len == 0)
		return;
	json_open_array(out, key);
	for (guint i = 0; i < sorted->len && i < MOST_NAMES; i++)
		json_add_string(out, NULL, sorted->pdata[i]);
	json_close_array(out);
}

/* A rule or filter, as lines name it. */
static void append_titled(GString *out, const char *key, const char *id, const char *title)
{
	json_open_object(out, key);
	json_add_present(out, "id", id);
	json_add_present(out, "title", title);
	json_close_object(out);
}

static void append_counts(GString *out, const struct stack_entry *entry)
{
	json_add_uint(out, "hosts", g_hash_table_size(entry->hosts));
	json_add_uint(out, "of_hosts", entry->of_hosts);
	append_names(out, "host_names", entry->hosts);
	time_append_json("first_seen", entry->first_seen, out);
	time_append_json("last_seen", entry->last_seen, out);
	json_add_uint(out, "subscriptions", entry->subscriptions);
	json_add_uint(out, "active", entry->active);
}

/* That one of them is known-good says nothing of the others. */
static void append_judgement(GString *out, const struct stack_entry *entry)
{
	if (entry->rule_title) {
		json_add_string(out, "level", rule_level_name(entry->level));
		append_titled(out, "rule", entry->rule_id, entry->rule_title);
	}
	if (entry->vouched == entry->subscriptions)
		append_titled(out, "known_good", entry->known_good_id, entry->known_good_title);
}

static void append_content(GString *out, const struct stack_entry *entry)
{
	if (!entry->has_fingerprints) {
		wmi_content_append_json(entry->earliest, out);
		return;
	}
	wmi_filter_append_json(entry->earliest->filter, entry->filter_sha256, out);
	wmi_consumer_append_json(entry->earliest->consumer, entry->consumer_sha256, out);
}

void stack_line_append(const struct stack_entry *entry, GString *out)
{
	struct line_id id;
	GString *name = line_name_new("stack", NULL);

	line_name_add(name, entry->key);
	line_id_set(&id, name);
	line_open(out, "stack", &id);
	append_counts(out, entry);
	json_add_present(out, "namespace", entry->earliest->namespace);
	append_content(out, entry);
	append_names(out, "filter_names", entry->filter_names);
	append_names(out, "consumer_names", entry->consumer_names);
	parts_append_json(entry->earliest->parts, out);
	json_add_flag(out, "incomplete", entry->incomplete);
	append_judgement(out, entry);
	json_close_object(out);
	g_string_append_c(out, '\n');
}
