/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_reader.h"
#include "base/limits.h"
#include "event/event_id.h"
#include "event/field_groups.h"
#include "event/filetime.h"
#include "event/key_names.h"

#define UNNAMED "Data" /* the key of data fields without a name, which are a list */

static void append_list(struct field_groups *groups, const char *key, GString *out)
{
	const char *value;

	json_open_array(out, key);
	while ((value = field_groups_next_value(groups)) != NULL)
		json_add_string(out, NULL, value);
	json_close_array(out);
}

/* Notes in `changed`, elements of a list, that a name is not its key. Without a name: "". */
static void note_name(GString *changed, const char *key, const char *name, bool is_list)
{
	json_open_object(changed, NULL);
	json_add_string(changed, "key", key);
	json_add_string(changed, "name", is_list && strcmp(name, UNNAMED) == 0 ? "" : name);
	json_close_object(changed);
}

static void append_members(struct field_groups *groups, GString *changed, GString *out)
{
	struct key_names names;
	const char *name, *value;
	bool is_list;

	key_names_init(&names);
	while (field_groups_next(groups, &name, &is_list)) {
		const char *key = key_names_add(&names, name);

		if (strcmp(key, name) != 0)
			note_name(changed, key, name, is_list);
		if (is_list)
			append_list(groups, key, out);
		while ((value = field_groups_next_value(groups)) != NULL)
			json_add_string(out, key, value);
	}
	key_names_release(&names);
}

static void append_data(const struct event *event, GString *out)
{
	g_autoptr(GString) changed = g_string_new("[");
	struct field_groups groups;

	field_groups_init(&groups, event);
	json_open_object(out, "data");
	append_members(&groups, changed, out);
	json_close_object(out);
	field_groups_release(&groups);
	json_close_array(changed);
	if (changed->len > strlen("[]"))
		json_add_literal(out, "data_names", changed->str);
}

void event_append_json_as(const struct event *event, const char *kind, const struct line_id *id,
			  const char *members, GString *out)
{
	line_open(out, kind, id);
	event_ref_append_time(&event->ref, out);
	json_add_present(out, "host", event->host);
	json_add_present(out, "channel", event->ref.channel);
	json_add_present(out, "provider", event->provider);
	event_ref_append_ids(&event->ref, false, out);
	json_add_present(out, "user_sid", event->user_sid);
	if (event->has_process_id)
		json_add_uint(out, "process_id", event->process_id);
	if (members && *members) {
		g_string_append_c(out, ',');
		g_string_append(out, members);
	}
	json_add_flag(out, "partial", event->partial);
	json_add_present(out, "data_type", event->data_type);
	append_data(event, out);
	event_ref_append_source(&event->ref, out);
	json_close_object(out);
	g_string_append_c(out, '\n');
}

void event_append_json(const struct event *event, const char *members, GString *out)
{
	struct line_id id;

	event_identify(event, &id);
	event_append_json_as(event, "event", &id, members, out);
}

/* What a member of an event line holds, and so what may stand there; null is as if it were absent.
 */
enum member_kind {
	MEMBER_KIND, /* the text "event" */
	MEMBER_TEXT,
	MEMBER_TIME,
	MEMBER_PRECISION,
	MEMBER_ZONE, /* the text "unknown" */
	MEMBER_FORMAT,
	MEMBER_UINT32, /* a number, or a text of its digits: many readers round large ones */
	MEMBER_UINT64,
	MEMBER_FLAG,
	MEMBER_DATA,
	MEMBER_DATA_NAMES,
	MEMBER_SOURCE,
	/* Only checked: what it says is derived again. */
	MEMBER_DERIVED_TEXT,
	MEMBER_DERIVED_FLAG,
	MEMBER_DERIVED_OBJECT,
};

struct member {
	const char *name;
	enum member_kind kind;
	size_t at; /* in struct event */
	size_t has_at; /* of the bool that says that a number is there; 0: none */
};

#define AT(place) offsetof(struct event, place)

static const struct member line_members[] = {
	{"kind", MEMBER_KIND, 0, 0},
	{"time", MEMBER_TIME, AT(ref.time), 0},
	{"time_precision", MEMBER_PRECISION, 0, 0},
	{"time_zone", MEMBER_ZONE, 0, 0},
	{"host", MEMBER_TEXT, AT(host), 0},
	{"channel", MEMBER_TEXT, AT(ref.channel), 0},
	{"provider", MEMBER_TEXT, AT(provider), 0},
	{"event_id", MEMBER_UINT32, AT(ref.event_id), AT(ref.has_event_id)},
	{"record_id", MEMBER_UINT64, AT(ref.record_id), AT(ref.has_record_id)},
	{"user_sid", MEMBER_TEXT, AT(user_sid), 0},
	{"process_id", MEMBER_UINT32, AT(process_id), AT(has_process_id)},
	{"operation", MEMBER_DERIVED_TEXT, 0, 0},
	{"namespace", MEMBER_DERIVED_TEXT, 0, 0},
	{"filter", MEMBER_DERIVED_OBJECT, 0, 0},
	{"consumer", MEMBER_DERIVED_OBJECT, 0, 0},
	{"incomplete", MEMBER_DERIVED_FLAG, 0, 0},
	{"partial", MEMBER_FLAG, AT(partial), 0},
	{"data_type", MEMBER_TEXT, AT(data_type), 0},
	{"data", MEMBER_DATA, 0, 0},
	{"data_names", MEMBER_DATA_NAMES, 0, 0},
	{"source", MEMBER_SOURCE, 0, 0},
	{0},
};

static const struct member source_members[] = {
	{"path", MEMBER_TEXT, AT(ref.path), 0},
	{"entry", MEMBER_TEXT, AT(ref.entry), 0},
	{"entry_decoded", MEMBER_DERIVED_TEXT, 0, 0},
	{"via", MEMBER_TEXT, AT(ref.via), 0},
	{"format", MEMBER_FORMAT, 0, 0},
	{"offset", MEMBER_UINT64, AT(ref.offset), 0},
	{"header_record_id", MEMBER_UINT64, AT(ref.header_record_id), 0},
	{"hidden", MEMBER_FLAG, AT(ref.hidden), 0},
	{"chimera", MEMBER_FLAG, AT(ref.chimera), 0},
	{"recovered", MEMBER_FLAG, AT(ref.recovered), 0},
	{"claimed", MEMBER_FLAG, AT(ref.claimed), 0},
	{0},
};

/* A key of the data that is not the name of its field. */
struct changed_name {
	const char *key, *name;
};

struct line_reader {
	struct json_reader json;
	struct event *event;
	const char *kind; /* that the line must be of */
	bool is_event; /* it is */
	bool has_data;
	const char *within; /* "source." in that object, else "" */
	char *problem; /* the first in what is valid JSON */
	const char *names[WH_MAX_EVENT_FIELDS]; /* of the data */
	GArray *changed; /* struct changed_name; NULL: none */
};

static void note_problem(struct line_reader *reader, const char *name, const char *what)
{
	if (!reader->problem)
		reader->problem = g_strdup_printf("%s%s %s", reader->within, name, what);
}

static void read_text(struct line_reader *reader, const struct member *member)
{
	const char **out = (const char **)((char *)reader->event + member->at);

	if (json_peek(&reader->json) == JSON_KIND_TEXT) {
		json_read_text(&reader->json, out);
		return;
	}
	note_problem(reader, member->name, "is no text");
	json_skip(&reader->json);
}

static void read_kind(struct line_reader *reader)
{
	const char *text;

	if (json_peek(&reader->json) != JSON_KIND_TEXT)
		json_skip(&reader->json);
	else if (json_read_text(&reader->json, &text))
		reader->is_event = strcmp(text, reader->kind) == 0;
}

static void read_time(struct line_reader *reader, const struct member *member)
{
	const char *text = "";

	if (json_peek(&reader->json) != JSON_KIND_TEXT)
		json_skip(&reader->json);
	else if (!json_read_text(&reader->json, &text))
		return;
	if (!filetime_parse(text, &reader->event->ref.time))
		note_problem(reader, member->name, "is no time that can be read");
}

/* A word of a list, of which a later version may have more. */
static void read_word(struct line_reader *reader, const struct member *member)
{
	struct event_ref *ref = &reader->event->ref;
	const char *text = "";

	if (json_peek(&reader->json) != JSON_KIND_TEXT) {
		note_problem(reader, member->name, "is no text");
		json_skip(&reader->json);
	} else if (!json_read_text(&reader->json, &text)) {
		return;
	} else if (member->kind == MEMBER_PRECISION) {
		time_precision_parse(text, &ref->precision);
	} else if (member->kind == MEMBER_ZONE) {
		ref->local_time = strcmp(text, "unknown") == 0;
	} else {
		ref->format = event_format_parse(text);
	}
}

static void read_uint(struct line_reader *reader, const struct member *member)
{
	size_t size = member->kind == MEMBER_UINT64 ? sizeof(uint64_t) : sizeof(uint32_t);
	const char *what = json_read_whole(&reader->json, size, (char *)reader->event + member->at);

	if (what)
		note_problem(reader, member->name, what);
	else if (member->has_at)
		*((bool *)reader->event + member->has_at) = true;
}

static void read_flag(struct line_reader *reader, const struct member *member)
{
	const char *what = json_read_flag(&reader->json, (bool *)reader->event + member->at);

	if (what)
		note_problem(reader, member->name, what);
}

/* Adds a text under a name that is in the arena already; "" is that of an unnamed one. */
static void read_field(struct line_reader *reader, const char *name)
{
	struct event_field field = {.name = name};

	if (json_peek(&reader->json) != JSON_KIND_TEXT) {
		note_problem(reader, "a data field", "is neither text nor a list of text");
		json_skip(&reader->json);
	} else if (reader->event->fields->len >= WH_MAX_EVENT_FIELDS) {
		note_problem(reader, "the event", "has too many data fields");
		json_skip(&reader->json);
	} else if (json_read_text(&reader->json, &field.value)) {
		g_array_append_val(reader->event->fields, field);
	}
}

static void read_fields(struct line_reader *reader, const char *name)
{
	if (json_peek(&reader->json) != JSON_KIND_ARRAY) {
		read_field(reader, name);
		return;
	}
	json_open(&reader->json);
	while (json_next_element(&reader->json))
		read_field(reader, strcmp(name, UNNAMED) == 0 ? "" : name);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_names(struct line_reader *reader, guint count)
{
	qsort(reader->names, count, sizeof(*reader->names), compare_names);
	for (guint i = 1; i < count; i++)
		if (strcmp(reader->names[i - 1], reader->names[i]) == 0)
			note_problem(reader, "a data field", "stands twice");
}

static void read_data(struct line_reader *reader)
{
	const char *key;
	size_t length;
	guint count = 0;

	reader->has_data = true;
	if (json_peek(&reader->json) != JSON_KIND_OBJECT) {
		note_problem(reader, "data", "is no object");
		json_skip(&reader->json);
		return;
	}
	json_open(&reader->json);
	while (json_next_member(&reader->json, &key, &length)) {
		const char *name = arena_copy(&reader->event->arena, key, length);

		if (count == WH_MAX_EVENT_FIELDS)
			note_problem(reader, "the event", "has too many data fields");
		else
			reader->names[count++] = name;
		read_fields(reader, name);
	}
	check_names(reader, count);
}

/* An object of two texts, with nothing else in it. */
static void read_name(struct line_reader *reader)
{
	struct changed_name one = {NULL, NULL};
	const char *key;
	size_t length;

	if (json_peek(&reader->json) != JSON_KIND_OBJECT) {
		note_problem(reader, "data_names", "has an element that is no object");
		json_skip(&reader->json);
		return;
	}
	json_open(&reader->json);
	while (json_next_member(&reader->json, &key, &length)) {
		const char **out = length == 3 && memcmp(key, "key", 3) == 0	? &one.key
				   : length == 4 && memcmp(key, "name", 4) == 0 ? &one.name
										: NULL;

		if (out && !*out && json_peek(&reader->json) == JSON_KIND_TEXT)
			json_read_text(&reader->json, out);
		else
			json_skip(&reader->json);
	}
	if (!one.key || !one.name)
		note_problem(reader, "data_names", "has an element without key and name");
	else
		g_array_append_val(reader->changed, one);
}

static void read_names(struct line_reader *reader)
{
	if (json_peek(&reader->json) != JSON_KIND_ARRAY) {
		note_problem(reader, "data_names", "is no list");
		json_skip(&reader->json);
		return;
	}
	if (!reader->changed)
		reader->changed = g_array_new(FALSE, FALSE, sizeof(struct changed_name));
	json_open(&reader->json);
	while (json_next_element(&reader->json))
		read_name(reader);
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct changed_name *)a)->key, ((const struct changed_name *)b)->key);
}

/* Once all is read, as the members come in any order. */
static void restore_names(struct line_reader *reader)
{
	GArray *fields = reader->event->fields, *changed = reader->changed;

	if (!changed)
		return;
	g_array_sort(changed, compare_keys);
	for (guint i = 1; i < changed->len; i++)
		if (compare_keys(&g_array_index(changed, struct changed_name, i - 1),
				 &g_array_index(changed, struct changed_name, i)) == 0)
			note_problem(reader, "a key in data_names", "stands twice");
	for (guint i = 0; i < fields->len; i++) {
		struct event_field *field = &g_array_index(fields, struct event_field, i);
		const struct changed_name wanted = {.key = field->name};
		const struct changed_name *found =
			bsearch(&wanted, changed->data, changed->len, sizeof(wanted), compare_keys);

		if (found)
			field->name = found->name;
	}
	g_array_unref(changed);
}

static void read_members(struct line_reader *reader, const struct member *members);

static void read_source(struct line_reader *reader, const struct member *member)
{
	if (json_peek(&reader->json) == JSON_KIND_OBJECT) {
		reader->within = "source.";
		read_members(reader, source_members);
		reader->within = "";
		return;
	}
	note_problem(reader, member->name, "is no object");
	json_skip(&reader->json);
}

static void check_derived(struct line_reader *reader, const struct member *member)
{
	enum json_kind kind = json_peek(&reader->json);

	if (member->kind == MEMBER_DERIVED_TEXT && kind != JSON_KIND_TEXT)
		note_problem(reader, member->name, "is no text");
	if (member->kind == MEMBER_DERIVED_FLAG && kind != JSON_KIND_TRUE &&
	    kind != JSON_KIND_FALSE)
		note_problem(reader, member->name, "is neither true nor false");
	if (member->kind == MEMBER_DERIVED_OBJECT && kind != JSON_KIND_OBJECT)
		note_problem(reader, member->name, "is no object");
	json_skip(&reader->json);
}

static void read_member(struct line_reader *reader, const struct member *member)
{
	if (json_peek(&reader->json) == JSON_KIND_NULL) {
		json_skip(&reader->json);
		return;
	}
	switch (member->kind) {
	case MEMBER_KIND:
		read_kind(reader);
		break;
	case MEMBER_TEXT:
		read_text(reader, member);
		break;
	case MEMBER_TIME:
		read_time(reader, member);
		break;
	case MEMBER_PRECISION:
	case MEMBER_ZONE:
	case MEMBER_FORMAT:
		read_word(reader, member);
		break;
	case MEMBER_UINT32:
	case MEMBER_UINT64:
		read_uint(reader, member);
		break;
	case MEMBER_FLAG:
		read_flag(reader, member);
		break;
	case MEMBER_DATA:
		read_data(reader);
		break;
	case MEMBER_DATA_NAMES:
		read_names(reader);
		break;
	case MEMBER_SOURCE:
		read_source(reader, member);
		break;
	default:
		check_derived(reader, member);
	}
}

static const struct member *find_member(const struct member *members, const char *key,
					size_t length)
{
	for (; members->name; members++)
		if (members->name[0] == *key && strlen(members->name) == length &&
		    memcmp(members->name, key, length) == 0)
			return members;
	return NULL;
}

/* Of an object that begins here: those that `members` names, in any order, each once. */
static void read_members(struct line_reader *reader, const struct member *members)
{
	const char *key;
	size_t length;
	unsigned seen = 0;

	json_open(&reader->json);
	while (json_next_member(&reader->json, &key, &length)) {
		const struct member *member = length ? find_member(members, key, length) : NULL;

		if (!member) {
			json_skip(&reader->json);
			continue;
		}
		if (seen & 1u << (member - members))
			note_problem(reader, member->name, "stands twice");
		seen |= 1u << (member - members);
		read_member(reader, member);
	}
}

static char *find_problem(struct line_reader *reader)
{
	if (reader->json.problem)
		return g_strdup_printf("not JSON: %s", reader->json.problem);
	if (!json_at_end(&reader->json))
		return g_strdup("not JSON: something follows its end");
	if (!reader->is_event)
		return g_strdup_printf("not an event line (kind is not \"%s\")", reader->kind);
	if (!reader->has_data)
		return g_strdup("an event line without data");
	return g_steal_pointer(&reader->problem);
}

bool event_from_json(struct event *event, const char *line, size_t length, char **reason)
{
	return event_from_json_as(event, "event", line, length, reason);
}

bool event_from_json_as(struct event *event, const char *kind, const char *line, size_t length,
			char **reason)
{
	struct line_reader reader;
	char *problem;

	event_clear(event);
	reader.event = event;
	reader.kind = kind;
	reader.is_event = reader.has_data = false;
	reader.within = "";
	reader.problem = NULL;
	reader.changed = NULL;
	json_reader_init(&reader.json, line, length, &event->arena);
	if (json_peek(&reader.json) == JSON_KIND_OBJECT)
		read_members(&reader, line_members);
	else
		json_skip(&reader.json);
	restore_names(&reader);
	problem = find_problem(&reader);
	g_free(reader.problem);
	if (problem) {
		event_clear(event);
		*reason = problem;
	}
	return problem == NULL;
}
