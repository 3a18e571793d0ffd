/* SPDX-License-Identifier: Apache-2.0 */
#include "record_shape.h"

#include <string.h>

#include "value_read.h"

/* The places of System's values, as Windows numbers them. */
enum system_value {
	VALUE_LEVEL,
	VALUE_OPCODE,
	VALUE_TASK,
	VALUE_EVENT_ID,
	VALUE_QUALIFIERS,
	VALUE_KEYWORDS,
	VALUE_TIME,
	VALUE_ACTIVITY_ID,
	VALUE_PROCESS_ID,
	VALUE_THREAD_ID,
	VALUE_RECORD_ID,
	VALUE_VERSION,
	VALUE_USER_SID,
	VALUE_RELATED_ACTIVITY_ID,
	VALUE_PROVIDER,
	VALUE_GUID,
	VALUE_CHANNEL,
};

/* Where a value comes from; `width` is what an absent one takes up all the same. */
static const struct system_source {
	const char *key;
	const char *otherwise; /* NULL: absent */
	uint8_t type;
	uint8_t width;
} sources[] = {
	[VALUE_LEVEL] = {"level", "0", BINXML_UINT8, 0},
	[VALUE_OPCODE] = {"opcode", "0", BINXML_UINT8, 0},
	[VALUE_TASK] = {"task", "0", BINXML_UINT16, 0},
	[VALUE_EVENT_ID] = {"event_id", NULL, BINXML_UINT16, 0},
	[VALUE_QUALIFIERS] = {"qualifiers", NULL, BINXML_UINT16, 2},
	[VALUE_KEYWORDS] = {"keywords", "0x8000000000000000", BINXML_HEXINT64, 0},
	[VALUE_TIME] = {NULL, "{time}", BINXML_FILETIME, 0},
	[VALUE_ACTIVITY_ID] = {"activity_id", NULL, BINXML_GUID, 16},
	[VALUE_PROCESS_ID] = {"process_id", "0", BINXML_UINT32, 0},
	[VALUE_THREAD_ID] = {"thread_id", "0", BINXML_UINT32, 0},
	[VALUE_RECORD_ID] = {NULL, "{id}", BINXML_UINT64, 0},
	[VALUE_VERSION] = {"version", "0", BINXML_UINT8, 0},
	[VALUE_USER_SID] = {"user_sid", NULL, BINXML_SID, 0},
	[VALUE_RELATED_ACTIVITY_ID] = {"related_activity_id", NULL, BINXML_GUID, 0},
	[VALUE_PROVIDER] = {"provider", NULL, BINXML_STRING, 0},
	[VALUE_GUID] = {"guid", NULL, BINXML_GUID, 0},
	[VALUE_CHANNEL] = {"channel", NULL, BINXML_STRING, 0},
};

/* With the provider in the template, Windows leaves a gap before the data. */
#define WH_DATA_VALUE 17u
#define WH_DATA_VALUE_AFTER_GAP 19u

struct event_builder {
	struct shape *shape;
	const struct scope *scope;
	bool plain;
	enum provider_form form;
};

struct fy_node *scope_get(const struct scope *scope, const char *key)
{
	struct fy_node *node = yaml_get(scope->record, key);

	return node != NULL ? node : yaml_get(scope->defaults, key);
}

static void free_value(gpointer value)
{
	value_free(value);
}

void shape_init(struct shape *shape)
{
	shape->root = NULL;
	shape->values = g_ptr_array_new_with_free_func(free_value);
}

void shape_release(struct shape *shape)
{
	g_clear_pointer(&shape->root, xml_node_free);
	g_clear_pointer(&shape->values, g_ptr_array_unref);
}

struct xml_node *shape_element_new(const char *name)
{
	g_autoptr(GByteArray) text = utf16_new(name);

	return xml_element_new(text);
}

void shape_add_attribute(struct xml_node *element, const char *name, struct xml_node *content)
{
	g_autoptr(GByteArray) text = utf16_new(name);

	xml_add_attribute(element, xml_attribute_new(text, content));
}

/* An empty text in a description stands for "absent", so that a record can undo a default. */
static bool is_given(struct fy_node *node)
{
	size_t length = 1;

	return node != NULL && (yaml_text(node, &length) == NULL || length > 0);
}

static struct value *read_source(const struct scope *scope, const struct system_source *source,
				 GError **error)
{
	struct fy_node *node = source->key != NULL ? scope_get(scope, source->key) : NULL;
	struct value *value;

	if (is_given(node))
		return value_read_typed(node, source->type, error);
	if (source->otherwise == NULL)
		return value_new_absent(source->width);
	value = value_new(source->type);
	value_add_text(value, source->otherwise, strlen(source->otherwise));
	if (value_finish(value, false, error))
		return value;
	value_free(value);
	return NULL;
}

static bool is_fixed(const struct event_builder *builder, enum system_value index)
{
	return builder->form == PROVIDER_TEMPLATE && index > VALUE_USER_SID;
}

static bool read_values(struct event_builder *builder, GError **error)
{
	GPtrArray *values = builder->shape->values;

	for (unsigned i = 0; i < G_N_ELEMENTS(sources); i++) {
		struct value *value = is_fixed(builder, i)
					      ? value_new_absent(0)
					      : read_source(builder->scope, &sources[i], error);

		if (value == NULL)
			return false;
		g_ptr_array_add(values, value);
	}
	while (builder->form == PROVIDER_TEMPLATE && values->len < WH_DATA_VALUE_AFTER_GAP)
		g_ptr_array_add(values, value_new_absent(0));
	return true;
}

static bool is_present(const struct event_builder *builder, enum system_value index)
{
	return value_type(builder->shape->values->pdata[index]) != BINXML_NULL;
}

static struct xml_node *new_value(enum system_value index)
{
	return xml_value_new(index, sources[index].type, true);
}

static void add_value_element(struct xml_node *system, const char *name, enum system_value index)
{
	struct xml_node *element = shape_element_new(name);

	xml_add_child(element, new_value(index));
	xml_add_child(system, element);
}

static struct xml_node *add_element(struct xml_node *system, const char *name)
{
	struct xml_node *element = shape_element_new(name);

	xml_add_child(system, element);
	return element;
}

/* A setting that stands in the template itself; left out when it is not given. */
static bool read_fixed(const struct event_builder *builder, const char *key, GByteArray **out,
		       GError **error)
{
	struct fy_node *node = scope_get(builder->scope, key);

	if (!is_given(node))
		return true;
	*out = value_read_fixed(node, error);
	return *out != NULL;
}

static bool add_provider(struct event_builder *builder, struct xml_node *system, GError **error)
{
	struct xml_node *element = add_element(system, "Provider");
	g_autoptr(GByteArray) name = NULL;
	g_autoptr(GByteArray) guid = NULL;

	if (builder->form == PROVIDER_VALUES) {
		shape_add_attribute(element, "Name", new_value(VALUE_PROVIDER));
		shape_add_attribute(element, "Guid", new_value(VALUE_GUID));
		return true;
	}
	if (!read_fixed(builder, "provider", &name, error) ||
	    !read_fixed(builder, "guid", &guid, error))
		return false;
	if (name != NULL)
		shape_add_attribute(element, "Name", xml_text_new(name));
	if (guid != NULL)
		shape_add_attribute(element, "Guid", xml_text_new(guid));
	return true;
}

static bool add_channel(struct event_builder *builder, struct xml_node *system, GError **error)
{
	g_autoptr(GByteArray) channel = NULL;

	if (builder->form == PROVIDER_VALUES) {
		add_value_element(system, "Channel", VALUE_CHANNEL);
		return true;
	}
	if (!read_fixed(builder, "channel", &channel, error))
		return false;
	if (channel != NULL)
		xml_add_child(add_element(system, "Channel"), xml_text_new(channel));
	return true;
}

/* Windows has the computer in the template. A name that changes from record to record
 * becomes one more value, after the data's. */
static bool add_computer(struct event_builder *builder, struct xml_node *system, unsigned index,
			 GError **error)
{
	struct fy_node *node = scope_get(builder->scope, "host");
	struct value *value;
	const GByteArray *text;

	if (!is_given(node))
		return yaml_refuse(builder->scope->record, error, "host is missing");
	value = value_read_typed(node, BINXML_STRING, error);
	if (value == NULL)
		return false;
	text = value_get_fixed_text(value);
	if (text != NULL) {
		xml_add_child(add_element(system, "Computer"), xml_text_new(text));
		value_free(value);
		return true;
	}
	xml_add_child(add_element(system, "Computer"), xml_value_new(index, BINXML_STRING, true));
	while (builder->shape->values->len < index)
		g_ptr_array_add(builder->shape->values, value_new_absent(0));
	g_ptr_array_add(builder->shape->values, value);
	return true;
}

static void add_event_id(struct xml_node *system)
{
	struct xml_node *element = add_element(system, "EventID");

	shape_add_attribute(element, "Qualifiers", new_value(VALUE_QUALIFIERS));
	xml_add_child(element, new_value(VALUE_EVENT_ID));
}

static void add_numbers(struct xml_node *system)
{
	add_event_id(system);
	add_value_element(system, "Version", VALUE_VERSION);
	add_value_element(system, "Level", VALUE_LEVEL);
	add_value_element(system, "Task", VALUE_TASK);
	add_value_element(system, "Opcode", VALUE_OPCODE);
	add_value_element(system, "Keywords", VALUE_KEYWORDS);
	shape_add_attribute(add_element(system, "TimeCreated"), "SystemTime",
			    new_value(VALUE_TIME));
	add_value_element(system, "EventRecordID", VALUE_RECORD_ID);
}

static void add_correlation(const struct event_builder *builder, struct xml_node *system)
{
	struct xml_node *element;

	/* Forwarded events have no empty Correlation. */
	if (builder->plain && !is_present(builder, VALUE_ACTIVITY_ID) &&
	    !is_present(builder, VALUE_RELATED_ACTIVITY_ID))
		return;
	element = add_element(system, "Correlation");
	shape_add_attribute(element, "ActivityID", new_value(VALUE_ACTIVITY_ID));
	if (builder->form == PROVIDER_VALUES)
		shape_add_attribute(element, "RelatedActivityID",
				    new_value(VALUE_RELATED_ACTIVITY_ID));
}

static void add_execution(struct xml_node *system)
{
	struct xml_node *element = add_element(system, "Execution");

	shape_add_attribute(element, "ProcessID", new_value(VALUE_PROCESS_ID));
	shape_add_attribute(element, "ThreadID", new_value(VALUE_THREAD_ID));
}

static bool add_system(struct event_builder *builder, unsigned data_index, GError **error)
{
	struct xml_node *system = add_element(builder->shape->root, "System");

	if (!add_provider(builder, system, error))
		return false;
	add_numbers(system);
	add_correlation(builder, system);
	add_execution(system);
	if (!add_channel(builder, system, error) ||
	    !add_computer(builder, system, data_index + 1, error))
		return false;
	shape_add_attribute(add_element(system, "Security"), "UserID", new_value(VALUE_USER_SID));
	return true;
}

/* EventData is the value itself; UserData is an element around it. */
static void add_data(struct event_builder *builder, unsigned index, const char *name)
{
	struct xml_node *event = builder->shape->root;
	struct xml_node *value = xml_value_new(index, BINXML_XML, true);
	GPtrArray *values = builder->shape->values;

	if (strcmp(name, "UserData") == 0)
		xml_add_child(add_element(event, name), value);
	else
		xml_add_child(event, value);
	if (values->len > index)
		value_free(g_ptr_array_steal_index(values, index));
	g_ptr_array_insert(values, (gint)index, value_new(BINXML_XML));
}

bool shape_read_event(struct shape *shape, const struct scope *scope, bool plain,
		      const char *data_name, GError **error)
{
	static const char *const forms[] = {"values", "template", NULL};
	g_autoptr(GByteArray) namespace =
		utf16_new("http://schemas.microsoft.com/win/2004/08/events/event");
	struct event_builder builder = {shape, scope, plain, PROVIDER_VALUES};
	unsigned form = PROVIDER_VALUES;
	unsigned data_index;

	if (!yaml_get_choice(scope->defaults, "provider_form", forms, &form, error) ||
	    !yaml_get_choice(scope->record, "provider_form", forms, &form, error))
		return false;
	builder.form = form;
	data_index = form == PROVIDER_TEMPLATE ? WH_DATA_VALUE_AFTER_GAP : WH_DATA_VALUE;
	shape->root = shape_element_new("Event");
	shape_add_attribute(shape->root, "xmlns", xml_text_new(namespace));
	if (!read_values(&builder, error) || !add_system(&builder, data_index, error))
		return false;
	if (data_name != NULL)
		add_data(&builder, data_index, data_name);
	return true;
}
