/* SPDX-License-Identifier: Apache-2.0 */
#include "map/log_line.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/line_id.h"
#include "event/filetime.h"

static void append_holding(const struct log_holding *holding, GString *out)
{
	json_open_object(out, NULL);
	json_add_present(out, "host", holding->host);
	json_add_present(out, "channel", holding->channel);
	json_add_uint(out, "records", holding->records);
	time_append_json("from", holding->from, out);
	time_append_json("to", holding->to, out);
	json_add_uint(out, "first_id", holding->first_id);
	json_add_uint(out, "last_id", holding->last_id);
	json_add_count(out, "process_starts", holding->process_starts);
	json_add_count(out, "command_lines", holding->command_lines);
	json_add_count(out, "scripts", holding->scripts);
	json_close_object(out);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void append_kind(const struct event_kind *kind, GString *out)
{
	guint count;
	g_autofree gpointer *names = g_hash_table_get_keys_as_array(kind->fields, &count);

	qsort(names, count, sizeof(*names), compare_names);
	json_open_object(out, NULL);
	json_add_present(out, "channel", kind->channel);
	json_add_present(out, "provider", kind->provider);
	json_add_uint(out, "event_id", kind->event_id);
	json_open_array(out, "fields");
	for (guint i = 0; i < count; i++)
		json_add_string(out, NULL, names[i]);
	json_close_array(out);
	json_add_flag(out, "more_fields", kind->is_open);
	json_close_object(out);
}

/* What says that it is an export. */
static void append_kinds(const struct log_facts *facts, GString *out)
{
	g_autoptr(GPtrArray) kinds = NULL;

	if (!facts->kinds)
		return;
	kinds = event_kinds_list(facts->kinds);
	json_add_present(out, "format", event_format_name(facts->format));
	json_open_array(out, "kinds");
	for (guint i = 0; i < kinds->len; i++)
		append_kind(kinds->pdata[i], out);
	json_close_array(out);
}

static void append_place(const struct event_ref *ref, bool is_own, GString *out)
{
	json_open_object(out, "source");
	json_add_present(out, "path", is_own ? NULL : ref->path);
	json_add_present(out, "entry", ref->entry);
	json_add_present(out, "via", ref->via);
	json_add_uint(out, "offset", ref->offset);
	json_add_flag(out, "claimed", ref->claimed);
	json_close_object(out);
}

static void append_members(const struct log_facts *facts, GString *out)
{
	json_add_flag(out, "unread", facts->is_unread);
	json_add_flag(out, "partial", facts->is_partial);
	json_add_flag(out, "header", facts->has_header);
	json_add_flag(out, "dirty", facts->is_dirty);
	json_add_flag(out, "full", facts->is_full);
	json_add_count(out, "chunks", facts->chunks);
	json_add_count(out, "left_out", facts->left_out);
	json_add_count(out, "faults", facts->read_errors);
	json_add_count(out, "labels", facts->labels);
	time_append_json("since", facts->since, out);
	time_append_json("until", facts->until, out);
	json_open_array(out, "holds");
	for (guint i = 0; i < facts->holdings->len; i++)
		append_holding(facts->holdings->pdata[i], out);
	json_close_array(out);
	append_kinds(facts, out);
}

/* Its id is of all that it says, not of where the log was read. */
void log_line_append(const struct log_facts *facts, bool is_own, GString *out)
{
	g_autoptr(GString) members = g_string_new(NULL);
	GString *name = line_name_new("log", NULL);
	struct line_id id;

	append_members(facts, members);
	line_name_add(name, members->str);
	line_id_set(&id, name);
	line_open(out, "log", &id);
	g_string_append_c(out, ',');
	g_string_append(out, members->str);
	append_place(&facts->ref, is_own, out);
	json_close_object(out);
	g_string_append_c(out, '\n');
}

static uint64_t get_uint(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const char *digits = json_string_value(value);
	json_int_t number = json_integer_value(value);
	guint64 large;

	if (digits && g_ascii_string_to_unsigned(digits, 10, 0, G_MAXUINT64, &large, NULL))
		return large;
	return number > 0 ? (uint64_t)number : 0;
}

static bool get_flag(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static const char *get_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text ? text : NULL;
}

static uint64_t get_time(const json_t *object, const char *key)
{
	const char *text = get_text(object, key);
	uint64_t time = 0;

	if (text)
		filetime_parse(text, &time);
	return time;
}

static void read_holding(struct log_facts *facts, const json_t *object)
{
	struct log_holding *holding;

	if (!json_is_object(object))
		return;
	holding = log_facts_add(facts, get_text(object, "host"), get_text(object, "channel"));
	if (!holding)
		return;
	holding->records = get_uint(object, "records");
	holding->from = get_time(object, "from");
	holding->to = get_time(object, "to");
	holding->first_id = get_uint(object, "first_id");
	holding->last_id = get_uint(object, "last_id");
	holding->process_starts = get_uint(object, "process_starts");
	holding->command_lines = get_uint(object, "command_lines");
	holding->scripts = get_uint(object, "scripts");
}

static void read_kind(struct event_kinds *kinds, const json_t *object)
{
	const json_t *fields = json_object_get(object, "fields");
	struct event_kind *kind;

	if (!json_is_object(object) || get_uint(object, "event_id") > UINT16_MAX)
		return;
	kind = event_kinds_get(kinds, get_text(object, "provider"), get_text(object, "channel"),
			       (uint32_t)get_uint(object, "event_id"));
	for (size_t i = 0; kind && i < json_array_size(fields); i++) {
		const char *name = json_string_value(json_array_get(fields, i));

		if (name)
			event_kind_add_field(kind, name);
	}
	if (kind)
		kind->is_open |= get_flag(object, "more_fields");
}

static void read_kinds(struct log_facts *facts, const json_t *root)
{
	const json_t *kinds = json_object_get(root, "kinds");
	const char *format = get_text(root, "format");

	if (!json_is_array(kinds))
		return;
	facts->kinds = event_kinds_new();
	facts->format = format ? event_format_parse(format) : EVENT_FORMAT_OTHER;
	for (size_t i = 0; i < MIN(json_array_size(kinds), WH_MAX_EVENT_KINDS); i++)
		read_kind(facts->kinds, json_array_get(kinds, i));
}

static void read_facts(struct log_facts *facts, const json_t *root)
{
	const json_t *source = json_object_get(root, "source");
	const json_t *holds = json_object_get(root, "holds");
	size_t count = MIN(json_array_size(holds), WH_MAX_LOG_HOLDINGS);

	facts->is_unread = get_flag(root, "unread");
	facts->is_partial = get_flag(root, "partial");
	facts->has_header = get_flag(root, "header");
	facts->is_dirty = get_flag(root, "dirty");
	facts->is_full = get_flag(root, "full");
	facts->chunks = get_uint(root, "chunks");
	facts->left_out = get_uint(root, "left_out");
	facts->read_errors = get_uint(root, "faults");
	facts->labels = get_uint(root, "labels");
	facts->since = get_time(root, "since");
	facts->until = get_time(root, "until");
	facts->ref.path = get_text(source, "path");
	facts->ref.entry = get_text(source, "entry");
	facts->ref.via = get_text(source, "via");
	facts->ref.offset = get_uint(source, "offset");
	facts->ref.claimed = get_flag(source, "claimed");
	for (size_t i = 0; i < count; i++)
		read_holding(facts, json_array_get(holds, i));
	read_kinds(facts, root);
}

bool log_line_read(struct log_line *line, const char *text, size_t length)
{
	GString *changed = json_stand_in_line(text, length);
	json_t *root = json_loadb(changed ? changed->str : text, changed ? changed->len : length,
				  JSON_REJECT_DUPLICATES, NULL);
	bool is_log = g_strcmp0(root ? get_text(root, "kind") : NULL, "log") == 0;

	if (changed)
		g_string_free(changed, TRUE);
	if (!is_log) {
		json_decref(root);
		return false;
	}
	log_facts_init(&line->facts);
	line->root = root;
	read_facts(&line->facts, root);
	return true;
}

void log_line_release(struct log_line *line)
{
	log_facts_release(&line->facts);
	json_decref(line->root);
}
