/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/event_json_reference.h"

#include <jansson.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "event/event_json.h"
#include "event/filetime.h"

/* A line as the tree of jansson has it. */
struct reference {
	struct event event;
	bool bad;
};

static const json_t *get(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_null(value) ? NULL : value;
}

static const char *get_text(struct reference *out, const json_t *object, const char *key)
{
	const json_t *value = get(object, key);

	out->bad |= value && !json_is_string(value);
	return json_is_string(value) ? arena_copy(&out->event.arena, json_string_value(value),
						  json_string_length(value))
				     : NULL;
}

static bool get_uint(struct reference *out, const json_t *object, const char *key, uint64_t most,
		     uint64_t *number)
{
	const json_t *value = get(object, key);
	json_int_t integer = json_integer_value(value);
	bool ok = false;

	if (json_is_string(value))
		ok = g_ascii_string_to_unsigned(json_string_value(value), 10, 0, most, number,
						NULL);
	else if (json_is_integer(value) && integer >= 0 && (uint64_t)integer <= most)
		ok = true, *number = (uint64_t)integer;
	out->bad |= value && !ok;
	return ok;
}

static bool get_flag(struct reference *out, const json_t *object, const char *key)
{
	const json_t *value = get(object, key);

	out->bad |= value && !json_is_boolean(value);
	return json_is_true(value);
}

static void check_object(struct reference *out, const json_t *object, const char *key)
{
	const json_t *value = get(object, key);

	out->bad |= value && !json_is_object(value);
}

/* What is derived again is only checked. */
static void check_derived(struct reference *out, const json_t *line)
{
	get_text(out, line, "operation");
	get_text(out, line, "namespace");
	check_object(out, line, "filter");
	check_object(out, line, "consumer");
	get_flag(out, line, "incomplete");
}

static void read_system(struct reference *out, const json_t *line)
{
	struct event *event = &out->event;
	const char *time = get_text(out, line, "time");
	uint64_t number = 0;

	out->bad |= g_strcmp0(get_text(out, line, "kind"), "event") != 0;
	out->bad |= time && !filetime_parse(time, &event->ref.time);
	event->ref.local_time = g_strcmp0(get_text(out, line, "time_zone"), "unknown") == 0;
	if ((time = get_text(out, line, "time_precision")))
		time_precision_parse(time, &event->ref.precision);
	event->host = get_text(out, line, "host");
	event->ref.channel = get_text(out, line, "channel");
	event->provider = get_text(out, line, "provider");
	event->user_sid = get_text(out, line, "user_sid");
	event->data_type = get_text(out, line, "data_type");
	if ((event->ref.has_event_id = get_uint(out, line, "event_id", UINT32_MAX, &number)))
		event->ref.event_id = (uint32_t)number;
	if ((event->has_process_id = get_uint(out, line, "process_id", UINT32_MAX, &number)))
		event->process_id = (uint32_t)number;
	event->ref.has_record_id =
		get_uint(out, line, "record_id", UINT64_MAX, &event->ref.record_id);
	event->partial = get_flag(out, line, "partial");
}

static void read_source(struct reference *out, const json_t *source)
{
	struct event_ref *ref = &out->event.ref;
	const char *format;

	out->bad |= source && !json_is_object(source);
	ref->path = get_text(out, source, "path");
	ref->entry = get_text(out, source, "entry");
	get_text(out, source, "entry_decoded");
	ref->via = get_text(out, source, "via");
	if ((format = get_text(out, source, "format")))
		ref->format = event_format_parse(format);
	get_uint(out, source, "offset", UINT64_MAX, &ref->offset);
	get_uint(out, source, "header_record_id", UINT64_MAX, &ref->header_record_id);
	ref->hidden = get_flag(out, source, "hidden");
	ref->chimera = get_flag(out, source, "chimera");
	ref->recovered = get_flag(out, source, "recovered");
	ref->claimed = get_flag(out, source, "claimed");
}

static bool has_text(const json_t *object, const char *key)
{
	return json_is_string(json_object_get(object, key));
}

/* What data_names says of the key; NULL for nothing. */
static const char *name_of(const json_t *names, const char *key)
{
	size_t i;
	json_t *one;

	json_array_foreach((json_t *)names, i, one)
	{
		if (has_text(one, "key") && has_text(one, "name") &&
		    strcmp(json_string_value(json_object_get(one, "key")), key) == 0)
			return json_string_value(json_object_get(one, "name"));
	}
	return NULL;
}

static void check_names(struct reference *out, const json_t *names)
{
	size_t i;
	json_t *one;

	out->bad |= names && !json_is_array(names);
	json_array_foreach((json_t *)names, i, one)
	{
		out->bad |= !has_text(one, "key") || !has_text(one, "name");
		for (size_t j = 0; j < i; j++)
			out->bad |= json_equal(json_object_get(one, "key"),
					       json_object_get(json_array_get(names, j), "key"));
	}
}

static void read_data(struct reference *out, const json_t *data, const json_t *names)
{
	const char *key;
	json_t *value;

	out->bad |= !json_is_object(data);
	json_object_foreach((json_t *)data, key, value)
	{
		bool is_list = json_is_array(value);
		const char *name = name_of(names, key);

		for (size_t i = 0; i < (is_list ? json_array_size(value) : 1); i++) {
			const json_t *one = is_list ? json_array_get(value, i) : value;

			out->bad |= !json_is_string(one);
			if (json_is_string(one))
				event_add_field(&out->event,
						name				      ? name
						: is_list && strcmp(key, "Data") == 0 ? ""
										      : key,
						json_string_value(one));
		}
	}
}

static bool is_equal(const struct event *a, const struct event *b)
{
	GString *one = g_string_new(NULL), *other = g_string_new(NULL);
	bool same;

	event_append_json(a, NULL, one);
	event_append_json(b, NULL, other);
	same = g_string_equal(one, other) && a->fields->len == b->fields->len &&
	       a->ref.offset == b->ref.offset && a->ref.header_record_id == b->ref.header_record_id;
	g_string_free(one, TRUE);
	g_string_free(other, TRUE);
	return same;
}

/* The tree; NULL where jansson refuses the text. *excused: the other reader may take it. */
static json_t *load(const char *line, size_t length, bool *excused)
{
	GString *changed = json_stand_in_line(line, length);
	const char *text = changed ? changed->str : line;
	size_t size = changed ? changed->len : length;
	json_error_t error;
	json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	enum json_error_code code = root ? json_error_unknown : json_error_code(&error);

	*excused = code == json_error_numeric_overflow || code == json_error_stack_overflow;
	if (!root && code == json_error_duplicate_key) {
		root = json_loadb(text, size, JSON_DECODE_ANY, &error);
		*excused = true;
	}
	if (changed)
		g_string_free(changed, TRUE);
	return root;
}

static const char *compare(const char *line, size_t length, struct event *event,
			   struct reference *reference)
{
	g_autofree char *reason = NULL;
	bool accepted = event_from_json(event, line, length, &reason);
	bool is_json = accepted || !g_str_has_prefix(reason, "not JSON");
	bool excused;
	json_t *root = load(line, length, &excused);

	if (!root || !json_is_object(root)) {
		reference->bad = true;
	} else {
		read_system(reference, root);
		check_derived(reference, root);
		read_source(reference, get(root, "source"));
		check_names(reference, get(root, "data_names"));
		read_data(reference, get(root, "data"), get(root, "data_names"));
	}
	excused |= reason && strstr(reason, "nested too deep");
	/* jansson passes over some that stand outside of texts. */
	if (memchr(line, '\0', length)) {
		json_decref(root);
		return accepted ? "event_from_json() takes a NUL" : NULL;
	}
	/* The bound is on fields that are kept; the tree has them all. */
	excused |= reason && strstr(reason, "too many");
	if (!excused && is_json != (root != NULL)) {
		json_decref(root);
		return is_json ? "only event_from_json() takes it for JSON"
			       : "only jansson takes it for JSON";
	}
	json_decref(root);
	if (accepted && !reference->bad && !is_equal(event, &reference->event))
		return "the two read different events";
	if (!excused && accepted == reference->bad)
		return accepted ? "only event_from_json() takes it for an event"
				: "only jansson takes it for an event";
	return NULL;
}

const char *event_json_compare(const char *line, size_t length)
{
	struct reference reference = {0};
	struct event event;
	const char *difference;

	event_init(&event);
	event_init(&reference.event);
	difference = compare(line, length, &event, &reference);
	event_release(&event);
	event_release(&reference.event);
	return difference;
}
