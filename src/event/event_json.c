/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_json.h"

#include <jansson.h>
#include <stddef.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "event/filetime.h"

/* Unnamed Data elements stand under the element's own name. */
static const char *field_key(const struct event_field *field)
{
	return *field->name ? field->name : "Data";
}

static bool is_repeated(const struct event *event, guint index, const char *key)
{
	for (guint i = index + 1; i < event->fields->len; i++) {
		const char *other = field_key(&g_array_index(event->fields, struct event_field, i));

		if (*other == *key && strcmp(other, key) == 0)
			return true;
	}
	return false;
}

static void append_list(const struct event *event, guint first, const char *key, bool *written,
			GString *out)
{
	json_open_array(out, key);
	for (guint i = first; i < event->fields->len; i++) {
		const struct event_field *field =
			&g_array_index(event->fields, struct event_field, i);

		if (strcmp(field_key(field), key) != 0)
			continue;
		json_add_string(out, NULL, field->value);
		written[i] = true;
	}
	json_close_array(out);
}

static void append_data(const struct event *event, GString *out)
{
	g_autofree bool *written = g_new0(bool, event->fields->len + 1);

	json_open_object(out, "data");
	for (guint i = 0; i < event->fields->len; i++) {
		const struct event_field *field =
			&g_array_index(event->fields, struct event_field, i);
		const char *key = field_key(field);

		if (written[i])
			continue;
		if (!*field->name || is_repeated(event, i, key))
			append_list(event, i, key, written, out);
		else
			json_add_string(out, key, field->value);
	}
	json_close_object(out);
}

void event_append_json_as(const struct event *event, const char *kind, const char *members,
			  GString *out)
{
	json_open_object(out, NULL);
	json_add_string(out, "kind", kind);
	time_append_json("time", event->ref.time, out);
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
	if (event->partial)
		json_add_bool(out, "partial", true);
	json_add_present(out, "data_type", event->data_type);
	append_data(event, out);
	event_ref_append_source(&event->ref, out);
	json_close_object(out);
	g_string_append_c(out, '\n');
}

void event_append_json(const struct event *event, const char *members, GString *out)
{
	event_append_json_as(event, "event", members, out);
}

enum member_type {
	MEMBER_TEXT, /* const char * */
	MEMBER_TIME, /* uint64_t */
	MEMBER_NUMBER, /* uint64_t */
	MEMBER_SMALL_NUMBER, /* uint32_t */
	MEMBER_TRUTH, /* bool */
	MEMBER_OBJECT,
};

#define NOWHERE SIZE_MAX

/* A member of an event line, and where in an event it is kept. */
struct member {
	const char *key;
	enum member_type type;
	size_t at; /* NOWHERE: it is only checked, and derived again */
	size_t has_at; /* of a bool that says that it is there, or NOWHERE */
};

static const struct member line_members[] = {
	{"time", MEMBER_TIME, offsetof(struct event, ref.time), NOWHERE},
	{"host", MEMBER_TEXT, offsetof(struct event, host), NOWHERE},
	{"channel", MEMBER_TEXT, offsetof(struct event, ref.channel), NOWHERE},
	{"provider", MEMBER_TEXT, offsetof(struct event, provider), NOWHERE},
	{"event_id", MEMBER_SMALL_NUMBER, offsetof(struct event, ref.event_id),
	 offsetof(struct event, ref.has_event_id)},
	{"record_id", MEMBER_NUMBER, offsetof(struct event, ref.record_id),
	 offsetof(struct event, ref.has_record_id)},
	{"user_sid", MEMBER_TEXT, offsetof(struct event, user_sid), NOWHERE},
	{"process_id", MEMBER_SMALL_NUMBER, offsetof(struct event, process_id),
	 offsetof(struct event, has_process_id)},
	{"operation", MEMBER_TEXT, NOWHERE, NOWHERE},
	{"namespace", MEMBER_TEXT, NOWHERE, NOWHERE},
	{"filter", MEMBER_OBJECT, NOWHERE, NOWHERE},
	{"consumer", MEMBER_OBJECT, NOWHERE, NOWHERE},
	{"incomplete", MEMBER_TRUTH, NOWHERE, NOWHERE},
	{"partial", MEMBER_TRUTH, offsetof(struct event, partial), NOWHERE},
	{"data_type", MEMBER_TEXT, offsetof(struct event, data_type), NOWHERE},
	{"source", MEMBER_OBJECT, NOWHERE, NOWHERE},
};

static const struct member source_members[] = {
	{"path", MEMBER_TEXT, offsetof(struct event, ref.path), NOWHERE},
	{"entry", MEMBER_TEXT, offsetof(struct event, ref.entry), NOWHERE},
	{"entry_decoded", MEMBER_TEXT, NOWHERE, NOWHERE},
	{"via", MEMBER_TEXT, offsetof(struct event, ref.via), NOWHERE},
	{"offset", MEMBER_NUMBER, offsetof(struct event, ref.offset), NOWHERE},
	{"header_record_id", MEMBER_NUMBER, offsetof(struct event, ref.header_record_id), NOWHERE},
	{"hidden", MEMBER_TRUTH, offsetof(struct event, ref.hidden), NOWHERE},
	{"chimera", MEMBER_TRUTH, offsetof(struct event, ref.chimera), NOWHERE},
	{"recovered", MEMBER_TRUTH, offsetof(struct event, ref.recovered), NOWHERE},
	{"claimed", MEMBER_TRUTH, offsetof(struct event, ref.claimed), NOWHERE},
};

/* Digits in a text as well: so numbers above 2^63 - 1 are written. */
static bool read_uint(const json_t *value, uint64_t maximum, uint64_t *out)
{
	if (json_is_string(value))
		return g_ascii_string_to_unsigned(json_string_value(value), 10, 0, maximum, out,
						  NULL);
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    (uint64_t)json_integer_value(value) > maximum)
		return false;
	*out = (uint64_t)json_integer_value(value);
	return true;
}

/* NULL, or what the value is not. */
static const char *read_value(struct event *event, const json_t *value, enum member_type type,
			      void *out)
{
	uint64_t number;

	switch (type) {
	case MEMBER_TEXT:
		if (!json_is_string(value))
			return "no text";
		*(const char **)out = arena_copy(&event->arena, json_string_value(value),
						 json_string_length(value));
		return NULL;
	case MEMBER_TIME:
		return json_is_string(value) && filetime_parse(json_string_value(value), out)
			       ? NULL
			       : "no time that can be read";
	case MEMBER_NUMBER:
		return read_uint(value, UINT64_MAX, out) ? NULL
							 : "no whole number from 0 to 2^64-1";
	case MEMBER_SMALL_NUMBER:
		if (!read_uint(value, UINT32_MAX, &number))
			return "no whole number from 0 to 2^32-1";
		*(uint32_t *)out = (uint32_t)number;
		return NULL;
	case MEMBER_TRUTH:
		*(bool *)out = json_is_true(value);
		return json_is_boolean(value) ? NULL : "neither true nor false";
	default:
		return json_is_object(value) ? NULL : "no object";
	}
}

/* Keeps what is there; NULL, or a new text that says what is wrong. */
static char *read_members(struct event *event, const json_t *object, const char *within,
			  const struct member *members, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct member *member = &members[i];
		const json_t *value = json_object_get(object, member->key);
		union {
			const char *text;
			uint64_t number;
			bool truth;
		} unused;
		void *out = member->at == NOWHERE ? &unused : (void *)((char *)event + member->at);
		const char *problem;

		if (!value)
			continue;
		problem = read_value(event, value, member->type, out);
		if (problem)
			return g_strdup_printf("%s%s is %s", within, member->key, problem);
		if (member->has_at != NOWHERE)
			*(bool *)((char *)event + member->has_at) = true;
	}
	return NULL;
}

static const char *read_data(struct event *event, json_t *data)
{
	const char *key;
	json_t *value;

	json_object_foreach(data, key, value)
	{
		size_t count = json_is_array(value) ? json_array_size(value) : 1;

		if (count > WH_MAX_EVENT_FIELDS || event->fields->len > WH_MAX_EVENT_FIELDS)
			return "too many data fields";
		for (size_t i = 0; i < count; i++) {
			json_t *one = json_is_array(value) ? json_array_get(value, i) : value;

			if (!json_is_string(one))
				return "a data field is neither text nor a list of text";
			event_add_field(event,
					strcmp(key, "Data") == 0 && json_is_array(value) ? "" : key,
					json_string_value(one));
		}
	}
	return NULL;
}

/* A new text: what is wrong with the line, NULL when nothing is. */
static char *read_line(struct event *event, const json_t *root)
{
	json_t *data = json_object_get(root, "data");
	char *problem;

	if (g_strcmp0(json_string_value(json_object_get(root, "kind")), "event") != 0)
		return g_strdup("not an event line (kind is not \"event\")");
	if (!json_is_object(data))
		return g_strdup(data ? "data is no object" : "an event line without data");
	problem = g_strdup(read_data(event, data));
	if (!problem)
		problem = read_members(event, root, "", line_members, G_N_ELEMENTS(line_members));
	if (!problem)
		problem = read_members(event, json_object_get(root, "source"), "source.",
				       source_members, G_N_ELEMENTS(source_members));
	return problem;
}

/* The cause alone, without the text near it: lines that are broken alike are reported as one. */
static char *describe(const json_error_t *error)
{
	static const char *const ends[] = {" near ", " '\\", " 0x"};
	const char *text = error->text, *end = text + strlen(text);

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		const char *found = strstr(text, ends[i]);

		end = found ? MIN(end, found) : end;
	}
	return g_strdup_printf("not JSON: %.*s", (int)(end - text), text);
}

bool event_from_json(struct event *event, const char *line, size_t length, char **reason)
{
	GString *changed = json_stand_in_line(line, length);
	json_error_t error;
	char *problem;
	json_t *root;

	event_clear(event);
	root = json_loadb(changed ? changed->str : line, changed ? changed->len : length,
			  JSON_REJECT_DUPLICATES, &error);
	if (changed)
		g_string_free(changed, TRUE);
	problem = root ? read_line(event, root) : describe(&error);
	json_decref(root);
	if (!problem)
		return true;
	event_clear(event);
	*reason = problem;
	return false;
}
