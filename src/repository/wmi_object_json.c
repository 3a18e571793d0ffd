/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "base/json_reader.h"
#include "base/limits.h"
#include "base/line_id.h"
#include "event/filetime.h"
#include "repository/wmi_object.h"

static void add_value(GString *out, const char *key, const struct cim_value *value);

static void add_members(GString *out, const struct cim_value *object)
{
	for (uint32_t i = 0; i < object->count; i++)
		add_value(out, object->properties[i].name, &object->properties[i].value);
}

/* Its class is then not told, as two members of one name say nothing. */
static bool has_class_property(const struct cim_value *object)
{
	for (uint32_t i = 0; i < object->count; i++)
		if (g_ascii_strcasecmp(object->properties[i].name, "class") == 0)
			return true;
	return false;
}

static void add_array(GString *out, const char *key, const struct cim_value *array)
{
	json_open_array(out, key);
	for (uint32_t i = 0; i < array->count; i++)
		add_value(out, NULL, &array->items[i]);
	json_close_array(out);
}

/* Parsers refuse or bend whole numbers above 2^63 - 1. */
static bool is_too_large(const char *number)
{
	static const char most[] = "9223372036854775807";
	size_t length = strspn(number, "0123456789");

	return number[length] == '\0' && (length > sizeof(most) - 1 ||
					  (length == sizeof(most) - 1 && strcmp(number, most) > 0));
}

static void add_value(GString *out, const char *key, const struct cim_value *value)
{
	switch (value->kind) {
	case CIM_FALSE:
	case CIM_TRUE:
		json_add_bool(out, key, value->kind == CIM_TRUE);
		break;
	case CIM_NUMBER:
		if (is_too_large(value->text))
			json_add_string(out, key, value->text);
		else
			json_add_literal(out, key, value->text);
		break;
	case CIM_TEXT:
		json_add_string(out, key, value->text);
		break;
	case CIM_ARRAY:
		add_array(out, key, value);
		break;
	case CIM_OBJECT:
		json_open_object(out, key);
		if (value->text && !has_class_property(value))
			json_add_string(out, "class", value->text);
		add_members(out, value);
		json_close_object(out);
		break;
	default:
		json_add_literal(out, key, "null");
	}
}

static void add_names(GString *out, const char *key, const char *const *names, uint32_t count)
{
	if (count == 0)
		return;
	json_open_array(out, key);
	for (uint32_t i = 0; i < count; i++)
		json_add_string(out, NULL, names[i]);
	json_close_array(out);
}

/* Values that the instance does not have itself, but its class. */
static void add_defaulted(GString *out, const struct cim_value *object)
{
	bool any = false;

	for (uint32_t i = 0; i < object->count; i++) {
		if (!object->properties[i].value.is_default)
			continue;
		if (!any)
			json_open_array(out, "defaulted");
		any = true;
		json_add_string(out, NULL, object->properties[i].name);
	}
	if (any)
		json_close_array(out);
}

void wmi_object_append_source(const struct wmi_object *object, GString *out)
{
	json_open_object(out, "source");
	json_add_present(out, "path", object->path);
	json_add_present(out, "entry", object->entry);
	json_add_present(out, "via", object->via);
	json_add_uint(out, "offset", object->offset);
	json_close_object(out);
}

/* Of all that it says, not of where it was read. */
static void identify(const struct wmi_object *object, const char *properties, struct line_id *out)
{
	GString *name = line_name_new("object", object->host);

	line_name_add_folded(name, object->object_namespace);
	line_name_add_folded(name, object->class_name);
	line_name_add_number(name, object->is_class);
	line_name_add(name, properties);
	line_name_add_number(name, object->has_session ? object->session : 0);
	line_name_add_number(name, object->has_session ? object->sequence : 0);
	line_name_add(name, object_state_name(object->state));
	line_name_add(name, object_found_in_name(object->found_in));
	line_name_add_number(name, object->map_number);
	line_name_add_number(name, object->checkpoint);
	line_name_add(name, object->tool);
	line_name_add_number(name, object->has_collected ? object->collected : 0);
	line_id_set(out, name);
}

void wmi_object_write_line(const struct wmi_object *object, GString *out)
{
	g_autoptr(GString) sid = g_string_new(NULL);
	g_autoptr(GString) properties = g_string_new(NULL);
	char time[WH_FILETIME_TEXT];
	struct line_id id;

	json_open_object(properties, NULL);
	add_members(properties, &object->properties);
	json_close_object(properties);
	identify(object, properties->str, &id);
	line_open(out, "object", &id);
	json_add_present(out, "host", object->host);
	json_add_present(out, "host_from", host_source_name(object->host_from));
	json_add_present(out, "system_version", object->system_version);
	json_add_present(out, "namespace", object->object_namespace);
	json_add_string(out, "class", object->class_name);
	json_add_flag(out, "is_class", object->is_class);
	add_names(out, "derivation", object->derivation, object->derivation_count);
	json_add_literal(out, "properties", properties->str);
	add_defaulted(out, &object->properties);
	if (wmi_object_append_sid(object, sid))
		json_add_string(out, "creator_sid", sid->str);
	if (object->has_session) {
		filetime_format(object->session, time);
		json_add_string(out, "session", time);
		json_add_uint(out, "sequence", object->sequence);
	}
	json_add_string(out, "state", object_state_name(object->state));
	json_add_string(out, "found_in", object_found_in_name(object->found_in));
	json_add_present(out, "tool", object->tool);
	json_add_present(out, "lacks", object->lacks);
	if (object->has_collected) {
		filetime_format(object->collected, time);
		json_add_string(out, "collected", time);
	}
	if (object->map_number || object->checkpoint) {
		json_add_uint(out, "map", object->map_number);
		json_add_uint(out, "checkpoint", object->checkpoint);
	}
	json_add_flag(out, "partial", object->partial);
	wmi_object_append_source(object, out);
	json_close_object(out);
	g_string_append_c(out, '\n');
}

/* A line that is being read. */
struct object_line {
	struct json_reader json;
	struct wmi_object object;
	GPtrArray *defaulted; /* char*: borrowed from the arena */
	const char *problem;
	bool is_object; /* the line is of that kind */
};

static bool read_value(struct json_reader *json, struct cim_value *out);

/* Values in the order of their reading, as an array in the arena. */
static bool read_items(struct json_reader *json, struct cim_value *out)
{
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(struct cim_value));
	struct cim_value item, *copy;

	if (!json_open(json))
		return false;
	while (json_next_element(json)) {
		if (!read_value(json, &item))
			return false;
		g_array_append_val(items, item);
	}
	copy = arena_alloc(json->arena, MAX(items->len, 1) * sizeof(*copy));
	if (items->len)
		memcpy(copy, items->data, items->len * sizeof(*copy));
	*out = (struct cim_value){.kind = CIM_ARRAY, .count = items->len, .items = copy};
	return !json->problem;
}

static bool read_properties(struct json_reader *json, struct cim_value *out)
{
	g_autoptr(GArray) properties = g_array_new(FALSE, FALSE, sizeof(struct cim_property));
	struct cim_property *copy;
	const char *key;
	size_t length;

	if (!json_open(json))
		return false;
	while (json_next_member(json, &key, &length)) {
		struct cim_property property = {.name = arena_copy(json->arena, key, length)};

		if (!read_value(json, &property.value))
			return false;
		g_array_append_val(properties, property);
	}
	copy = arena_alloc(json->arena, MAX(properties->len, 1) * sizeof(*copy));
	if (properties->len)
		memcpy(copy, properties->data, properties->len * sizeof(*copy));
	*out = (struct cim_value){.kind = CIM_OBJECT, .count = properties->len, .properties = copy};
	return !json->problem;
}

/* A first member "class" is that of an object inside of others. */
static bool read_embedded(struct json_reader *json, struct cim_value *out)
{
	const struct cim_property *first;

	if (!read_properties(json, out))
		return false;
	first = out->properties;
	if (out->count == 0 || strcmp(first->name, "class") != 0 || first->value.kind != CIM_TEXT)
		return true;
	out->text = first->value.text;
	out->properties++;
	out->count--;
	return true;
}

static bool read_value(struct json_reader *json, struct cim_value *out)
{
	enum json_kind kind = json_peek(json);
	const char *begin = json->at;

	*out = (struct cim_value){.kind = CIM_NULL};
	switch (kind) {
	case JSON_KIND_OBJECT:
		return read_embedded(json, out);
	case JSON_KIND_ARRAY:
		return read_items(json, out);
	case JSON_KIND_TEXT:
		out->kind = CIM_TEXT;
		return json_read_text(json, &out->text);
	default:
		if (!json_skip(json))
			return false;
	}
	if (kind == JSON_KIND_NUMBER) {
		out->kind = CIM_NUMBER;
		out->text = arena_copy(json->arena, begin, (size_t)(json->at - begin));
	} else if (kind == JSON_KIND_TRUE || kind == JSON_KIND_FALSE) {
		out->kind = kind == JSON_KIND_TRUE ? CIM_TRUE : CIM_FALSE;
	}
	return true;
}

static bool is_key(const char *key, size_t length, const char *name)
{
	return length == strlen(name) && memcmp(key, name, length) == 0;
}

/* Texts of an array; what is no text is passed over. */
static bool read_names(struct json_reader *json, GPtrArray *out)
{
	const char *text;

	if (json_peek(json) != JSON_KIND_ARRAY)
		return json_skip(json);
	if (!json_open(json))
		return false;
	while (json_next_element(json)) {
		if (json_peek(json) != JSON_KIND_TEXT) {
			if (!json_skip(json))
				return false;
			continue;
		}
		if (!json_read_text(json, &text))
			return false;
		g_ptr_array_add(out, (gpointer)text);
	}
	return !json->problem;
}

static bool read_derivation(struct object_line *line)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	struct wmi_object *object = &line->object;
	const char **copy;

	if (!read_names(&line->json, names))
		return false;
	object->derivation_count = MIN(names->len, WH_MAX_CIM_CHAIN);
	object->derivation = copy =
		arena_alloc(line->json.arena, MAX(names->len, 1) * sizeof(*copy));
	for (guint i = 0; i < object->derivation_count; i++)
		copy[i] = names->pdata[i];
	return true;
}

/* A member whose value is a text: where it goes; NULL for another. */
static const char **find_text(struct wmi_object *object, const char *key, size_t length)
{
	const struct {
		const char *key;
		const char **text;
	} members[] = {
		{"host", &object->host},
		{"system_version", &object->system_version},
		{"namespace", &object->object_namespace},
		{"class", &object->class_name},
		{"tool", &object->tool},
		{"lacks", &object->lacks},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		if (is_key(key, length, members[i].key))
			return members[i].text;
	return NULL;
}

static bool read_uint(struct json_reader *json, uint64_t *out)
{
	bool is_exact = true;

	return json_peek(json) == JSON_KIND_NUMBER ? json_read_uint(json, out, &is_exact)
						   : json_skip(json);
}

static bool read_source(struct object_line *line)
{
	struct json_reader *json = &line->json;
	struct wmi_object *object = &line->object;
	const char *key;
	size_t length;

	if (json_peek(json) != JSON_KIND_OBJECT)
		return json_skip(json);
	if (!json_open(json))
		return false;
	while (json_next_member(json, &key, &length)) {
		const char **text = is_key(key, length, "path")	   ? &object->path
				    : is_key(key, length, "entry") ? &object->entry
				    : is_key(key, length, "via")   ? &object->via
								   : NULL;
		bool ok;

		if (text && json_peek(json) == JSON_KIND_TEXT)
			ok = json_read_text(json, text);
		else if (is_key(key, length, "offset"))
			ok = read_uint(json, &object->offset);
		else
			ok = json_skip(json);
		if (!ok)
			return false;
	}
	return !json->problem;
}

/* A text of a fixed list, or one that is read otherwise. */
static bool read_word(struct object_line *line, const char *key, size_t length)
{
	struct wmi_object *object = &line->object;
	const char *text;

	if (!json_read_text(&line->json, &text))
		return false;
	if (is_key(key, length, "kind"))
		line->is_object = strcmp(text, "object") == 0;
	else if (is_key(key, length, "session"))
		object->has_session = filetime_parse(text, &object->session);
	else if (is_key(key, length, "collected"))
		object->has_collected = filetime_parse(text, &object->collected);
	for (int i = 0; i < OBJECT_STATES && is_key(key, length, "state"); i++)
		if (strcmp(text, object_state_name((enum object_state)i)) == 0)
			object->state = (enum object_state)i;
	for (int i = 0; i < FOUND_PLACES && is_key(key, length, "found_in"); i++)
		if (strcmp(text, object_found_in_name((enum object_found_in)i)) == 0)
			object->found_in = (enum object_found_in)i;
	for (int i = 0; i < HOST_SOURCES && is_key(key, length, "host_from"); i++)
		if (g_strcmp0(text, host_source_name((enum host_source)i)) == 0)
			object->host_from = (enum host_source)i;
	return true;
}

static bool read_number(struct object_line *line, const char *key, size_t length)
{
	struct wmi_object *object = &line->object;
	uint64_t value = 0;

	if (!read_uint(&line->json, &value))
		return false;
	if (is_key(key, length, "sequence"))
		object->sequence = value;
	else if (is_key(key, length, "map"))
		object->map_number = (uint32_t)MIN(value, UINT32_MAX);
	else if (is_key(key, length, "checkpoint"))
		object->checkpoint = (uint32_t)MIN(value, UINT32_MAX);
	return true;
}

static bool read_member(struct object_line *line, const char *key, size_t length)
{
	struct json_reader *json = &line->json;
	enum json_kind kind = json_peek(json);
	const char **text = find_text(&line->object, key, length);

	if (text && kind == JSON_KIND_TEXT)
		return json_read_text(json, text);
	if (is_key(key, length, "derivation"))
		return read_derivation(line);
	if (is_key(key, length, "properties") && kind == JSON_KIND_OBJECT)
		return read_properties(json, &line->object.properties);
	if (is_key(key, length, "defaulted"))
		return read_names(json, line->defaulted);
	if (is_key(key, length, "source"))
		return read_source(line);
	if (is_key(key, length, "is_class"))
		line->object.is_class = kind == JSON_KIND_TRUE;
	if (is_key(key, length, "partial"))
		line->object.partial = kind == JSON_KIND_TRUE;
	if (kind == JSON_KIND_TEXT)
		return read_word(line, key, length);
	return kind == JSON_KIND_NUMBER ? read_number(line, key, length) : json_skip(json);
}

static void mark_defaulted(struct object_line *line)
{
	/* They are this line's own. */
	struct cim_property *properties = (struct cim_property *)line->object.properties.properties;
	uint32_t next = 0;

	/* Both lists have the same order. */
	for (uint32_t i = 0; i < line->object.properties.count && next < line->defaulted->len; i++)
		if (strcmp(properties[i].name, line->defaulted->pdata[next]) == 0) {
			properties[i].value.is_default = true;
			next++;
		}
}

static bool read_line(struct object_line *line)
{
	const char *key;
	size_t length;

	if (json_peek(&line->json) != JSON_KIND_OBJECT || !json_open(&line->json))
		return false;
	while (json_next_member(&line->json, &key, &length))
		if (!read_member(line, key, length))
			return false;
	return !line->json.problem && json_at_end(&line->json);
}

bool wmi_object_read_line(struct wmi_object *out, const char *line, size_t length,
			  struct arena *arena, const char **reason)
{
	struct object_line reading = {.defaulted = g_ptr_array_new()};
	bool ok;

	json_reader_init(&reading.json, line, length, arena);
	ok = read_line(&reading);
	*reason = !ok ? (reading.json.problem ? reading.json.problem : "not a JSON object")
		  : !reading.is_object ? "not an object line"
		  : !reading.object.class_name || reading.object.properties.kind != CIM_OBJECT
			  ? "object line without class or properties"
			  : NULL;
	if (!*reason) {
		mark_defaulted(&reading);
		*out = reading.object;
	}
	g_ptr_array_unref(reading.defaulted);
	return !*reason;
}
