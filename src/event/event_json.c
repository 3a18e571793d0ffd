/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_json.h"

#include <jansson.h>
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

static const char *read_string(struct event *event, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return NULL;
	return arena_copy(&event->arena, json_string_value(value), json_string_length(value));
}

static bool read_uint(const json_t *object, const char *key, uint64_t maximum, uint64_t *out)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_string(value))
		return g_ascii_string_to_unsigned(json_string_value(value), 10, 0, maximum, out,
						  NULL);
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    (uint64_t)json_integer_value(value) > maximum)
		return false;
	*out = (uint64_t)json_integer_value(value);
	return true;
}

static void read_system(struct event *event, const json_t *line)
{
	const char *time = json_string_value(json_object_get(line, "time"));
	uint64_t number;

	if (time)
		filetime_parse(time, &event->ref.time);
	event->host = read_string(event, line, "host");
	event->ref.channel = read_string(event, line, "channel");
	event->provider = read_string(event, line, "provider");
	event->user_sid = read_string(event, line, "user_sid");
	event->data_type = read_string(event, line, "data_type");
	if ((event->ref.has_event_id = read_uint(line, "event_id", UINT32_MAX, &number)))
		event->ref.event_id = (uint32_t)number;
	if ((event->has_process_id = read_uint(line, "process_id", UINT32_MAX, &number)))
		event->process_id = (uint32_t)number;
	event->partial = json_is_true(json_object_get(line, "partial"));
	event->ref.has_record_id = read_uint(line, "record_id", UINT64_MAX, &event->ref.record_id);
}

static void read_source(struct event *event, const json_t *line)
{
	const json_t *source = json_object_get(line, "source");

	event->ref.path = read_string(event, source, "path");
	event->ref.entry = read_string(event, source, "entry");
	read_uint(source, "offset", UINT64_MAX, &event->ref.offset);
	read_uint(source, "header_record_id", UINT64_MAX, &event->ref.header_record_id);
	event->ref.recovered = json_is_true(json_object_get(source, "recovered"));
	event->ref.hidden = json_is_true(json_object_get(source, "hidden"));
	event->ref.chimera = json_is_true(json_object_get(source, "chimera"));
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

bool event_from_json(struct event *event, const char *line, size_t length, char **reason)
{
	GString *changed = json_stand_in_line(line, length);
	const char *problem = NULL;
	json_error_t error;
	json_t *root;

	event_clear(event);
	root = json_loadb(changed ? changed->str : line, changed ? changed->len : length,
			  JSON_REJECT_DUPLICATES, &error);
	if (changed)
		g_string_free(changed, TRUE);
	if (!root) {
		*reason = g_strdup_printf("not JSON: %s", error.text);
		return false;
	}
	if (g_strcmp0(json_string_value(json_object_get(root, "kind")), "event") != 0)
		problem = "not an event line (kind is not \"event\")";
	else if (!json_is_object(json_object_get(root, "data")))
		problem = "an event line without data";
	else
		problem = read_data(event, json_object_get(root, "data"));
	if (problem) {
		event_clear(event);
		*reason = g_strdup(problem);
	} else {
		read_system(event, root);
		read_source(event, root);
	}
	json_decref(root);
	return problem == NULL;
}
