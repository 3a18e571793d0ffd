/* SPDX-License-Identifier: Apache-2.0 */
#include "record_shape.h"

#include "value_read.h"

static bool add_text_attribute(struct xml_node *element, const char *name, struct fy_node *node,
			       GError **error)
{
	g_autoptr(GByteArray) text = value_read_fixed(node, error);

	if (text == NULL)
		return false;
	shape_add_attribute(element, name, xml_text_new(text));
	return true;
}

/* Adds `element`, holding the value that `node` describes. Takes the element. */
static bool add_value(struct shape *shape, struct xml_node *element, struct fy_node *node,
		      bool terminated, GError **error)
{
	struct value *value = value_read(node, terminated, error);
	uint8_t type;

	xml_add_child(shape->root, element);
	if (value == NULL)
		return false;
	type = value_type(value);
	if (type == BINXML_NULL)
		type = BINXML_STRING;
	xml_add_child(element, xml_value_new(shape->values->len, type, false));
	g_ptr_array_add(shape->values, value);
	return true;
}

static bool add_data(struct shape *shape, struct fy_node *name, struct fy_node *value,
		     bool terminated, GError **error)
{
	struct xml_node *element = shape_element_new("Data");

	if (name != NULL && !add_text_attribute(element, "Name", name, error)) {
		xml_node_free(element);
		return false;
	}
	return add_value(shape, element, value, terminated, error);
}

/* An entry of a list: {name, value} is named, anything else is a value without a name. */
static bool add_list_entry(struct shape *shape, struct fy_node *entry, bool terminated,
			   GError **error)
{
	static const char *const keys[] = {"name", "value", NULL};
	struct fy_node *name = yaml_get(entry, "name");

	if (name == NULL)
		return add_data(shape, NULL, entry, terminated, error);
	if (!yaml_check_keys(entry, keys, error))
		return false;
	if (yaml_get(entry, "value") == NULL)
		return yaml_refuse(entry, error, "value is missing");
	return add_data(shape, name, yaml_get(entry, "value"), terminated, error);
}

bool shape_read_event_data(struct shape *shape, struct fy_node *data, struct fy_node *name,
			   bool terminated, GError **error)
{
	struct fy_node *key, *value;
	void *state = NULL;

	shape->root = shape_element_new("EventData");
	if (name != NULL && !add_text_attribute(shape->root, "Name", name, error))
		return false;
	if (yaml_is_list(data)) {
		while ((value = yaml_next(data, &state)) != NULL)
			if (!add_list_entry(shape, value, terminated, error))
				return false;
		return true;
	}
	if (!yaml_is_map(data))
		return yaml_refuse(data, error, "should be a map or a list");
	while (yaml_next_pair(data, &state, &key, &value))
		if (!add_data(shape, key, value, terminated, error))
			return false;
	return true;
}

static bool add_fields(struct shape *shape, struct fy_node *fields, bool terminated, GError **error)
{
	struct fy_node *key, *value;
	void *state = NULL;

	if (!yaml_is_map(fields))
		return yaml_refuse(fields, error, "should be a map");
	while (yaml_next_pair(fields, &state, &key, &value)) {
		g_autoptr(GByteArray) name = value_read_fixed(key, error);

		if (name == NULL ||
		    !add_value(shape, xml_element_new(name), value, terminated, error))
			return false;
	}
	return true;
}

bool shape_read_user_data(struct shape *shape, struct fy_node *data, bool terminated,
			  GError **error)
{
	static const char *const keys[] = {"element", "namespace", "fields", NULL};
	struct fy_node *element = yaml_get(data, "element");
	struct fy_node *namespace = yaml_get(data, "namespace");
	g_autoptr(GByteArray) name = NULL;

	if (!yaml_check_keys(data, keys, error))
		return false;
	if (element == NULL || yaml_get(data, "fields") == NULL)
		return yaml_refuse(data, error, "element and fields are needed");
	name = value_read_fixed(element, error);
	if (name == NULL)
		return false;
	shape->root = xml_element_new(name);
	if (namespace != NULL && !add_text_attribute(shape->root, "xmlns", namespace, error))
		return false;
	return add_fields(shape, yaml_get(data, "fields"), terminated, error);
}
