/* SPDX-License-Identifier: Apache-2.0 */
#include "value_read.h"

#include <string.h>

#include "encode.h"

static bool add_parts(struct value *value, struct fy_node *node, GError **error);

static bool add_utf16(struct value *value, struct fy_node *node, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *hex = yaml_dup(node, error);

	if (hex == NULL)
		return false;
	if (!encode_hex(hex, bytes, error))
		return yaml_locate(node, error);
	if (bytes->len % 2 != 0)
		return yaml_refuse(node, error, "half a UTF-16 unit");
	value_add_utf16(value, bytes->data, bytes->len);
	return true;
}

static bool add_join(struct value *value, struct fy_node *list, GError **error)
{
	struct fy_node *part;
	void *state = NULL;

	if (!yaml_is_list(list))
		return yaml_refuse(list, error, "should be a list");
	while ((part = yaml_next(list, &state)) != NULL)
		if (!add_parts(value, part, error))
			return false;
	return true;
}

static bool add_fill(struct value *value, struct fy_node *map, GError **error)
{
	size_t length = 0;
	const char *text = yaml_text(yaml_get(map, "fill"), &length);
	uint64_t times = 1;

	if (text == NULL)
		return yaml_refuse(map, error, "fill should be text");
	if (!yaml_get_number(map, "times", &times, error))
		return false;
	if (times > WH_CHUNK_SIZE)
		return yaml_refuse(map, error, "more than a record can hold");
	while (times-- > 0)
		value_add_text(value, text, length);
	return true;
}

static bool add_base64(struct value *value, struct fy_node *node, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *base64 = NULL;
	size_t length = 0;
	const char *text = yaml_text(node, &length);

	if (text == NULL)
		return yaml_refuse(node, error, "should be text");
	utf16_append(bytes, text, length);
	base64 = g_base64_encode(bytes->data, bytes->len);
	value_add_text(value, base64, strlen(base64));
	return true;
}

static bool add_form(struct value *value, struct fy_node *map, GError **error)
{
	static const char *const utf16[] = {"utf16", NULL};
	static const char *const join[] = {"join", NULL};
	static const char *const fill[] = {"fill", "times", NULL};
	static const char *const base64[] = {"base64_utf16", NULL};

	if (yaml_get(map, utf16[0]) != NULL)
		return yaml_check_keys(map, utf16, error) &&
		       add_utf16(value, yaml_get(map, utf16[0]), error);
	if (yaml_get(map, join[0]) != NULL)
		return yaml_check_keys(map, join, error) &&
		       add_join(value, yaml_get(map, join[0]), error);
	if (yaml_get(map, fill[0]) != NULL)
		return yaml_check_keys(map, fill, error) && add_fill(value, map, error);
	if (yaml_get(map, base64[0]) != NULL)
		return yaml_check_keys(map, base64, error) &&
		       add_base64(value, yaml_get(map, base64[0]), error);
	return yaml_refuse(map, error, "not a form of text");
}

static bool add_parts(struct value *value, struct fy_node *node, GError **error)
{
	size_t length = 0;
	const char *text = yaml_text(node, &length);

	if (yaml_is_map(node))
		return add_form(value, node, error);
	if (text == NULL)
		return yaml_refuse(node, error, "should be text, or a form of it");
	value_add_text(value, text, length);
	return true;
}

static struct value *read_parts(struct fy_node *node, uint8_t type, bool terminated, GError **error)
{
	struct value *value = value_new(type);

	if (add_parts(value, node, error)) {
		if (value_finish(value, terminated, error))
			return value;
		yaml_locate(node, error);
	}
	value_free(value);
	return NULL;
}

struct value *value_read_typed(struct fy_node *node, uint8_t type, GError **error)
{
	return read_parts(node, type, false, error);
}

static bool add_items(struct value *array, struct fy_node *list, uint8_t type, GError **error)
{
	struct fy_node *item;
	void *state = NULL;

	if (!yaml_is_list(list))
		return yaml_refuse(list, error, "should be a list");
	while ((item = yaml_next(list, &state)) != NULL) {
		struct value *value = read_parts(item, type, true, error);

		if (value == NULL)
			return false;
		value_add_item(array, value);
	}
	return value_finish(array, false, error);
}

static struct value *read_array(struct fy_node *list, uint8_t type, GError **error)
{
	struct value *array = value_new_array(type);

	if (add_items(array, list, type, error))
		return array;
	value_free(array);
	return NULL;
}

/* "uint32", or with [] an array. */
static bool read_type(struct fy_node *node, bool *is_array, uint8_t *out, GError **error)
{
	g_autofree char *name = yaml_dup(node, error);

	if (name == NULL)
		return false;
	*is_array = g_str_has_suffix(name, "[]");
	if (*is_array)
		name[strlen(name) - 2] = '\0';
	if (!binxml_type_parse(name, out) || (*is_array && *out == BINXML_NULL))
		return yaml_refuse(node, error, "unknown type \"%s\"", name);
	return true;
}

struct value *value_read(struct fy_node *node, bool terminated, GError **error)
{
	static const char *const keys[] = {"type", "value", NULL};
	struct fy_node *type_node = yaml_get(node, "type");
	bool is_array;
	uint8_t type;

	if (type_node == NULL)
		return read_parts(node, BINXML_STRING, terminated, error);
	if (!yaml_check_keys(node, keys, error))
		return NULL;
	if (!read_type(type_node, &is_array, &type, error))
		return NULL;
	if (type == BINXML_NULL)
		return value_new_absent(0);
	if (yaml_get(node, "value") == NULL) {
		yaml_refuse(node, error, "value is missing");
		return NULL;
	}
	if (is_array)
		return read_array(yaml_get(node, "value"), type, error);
	return read_parts(yaml_get(node, "value"), type, terminated, error);
}

GByteArray *value_read_fixed(struct fy_node *node, GError **error)
{
	struct value *value = read_parts(node, BINXML_STRING, false, error);
	const GByteArray *text;
	GByteArray *copy = NULL;

	if (value == NULL)
		return NULL;
	text = value_get_fixed_text(value);
	if (text != NULL)
		copy = g_byte_array_append(g_byte_array_new(), text->data, text->len);
	else
		yaml_refuse(node, error, "should be the same text in each record, and not empty");
	value_free(value);
	return copy;
}
