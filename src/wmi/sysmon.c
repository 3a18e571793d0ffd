/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/sysmon.h"

#include "wmi/literal.h"
#include "wmi/mof.h"
#include "wmi/names.h"

enum {
	EVENT_FILTER = 19,
	EVENT_CONSUMER = 20,
	EVENT_BINDING = 21,
};

/* Sysmon 20 names the kind of consumer in words, and what it runs without the property's name. */
struct consumer_type {
	const char *type;
	const char *class_name;
	const char *property;
};

static const struct consumer_type consumer_types[] = {
	{"Command Line", "CommandLineEventConsumer", "CommandLineTemplate"},
	{"Script", "ActiveScriptEventConsumer", "ScriptText"},
};
static const struct consumer_type unknown_type = {NULL, NULL, "Destination"};

/* The field's text out of its literal; NULL when absent or empty. */
static const char *decode_field(struct wmi_fact *fact, const struct event *event, const char *name)
{
	const char *value = wmi_fact_read(fact, event, name);
	const char *text = value ? literal_decode(value, &fact->arena) : NULL;

	return text && *text ? text : NULL;
}

static enum wmi_operation read_operation(struct wmi_fact *fact, const struct event *event)
{
	const char *operation = decode_field(fact, event, "Operation");

	if (operation && g_ascii_strcasecmp(operation, "Deleted") == 0)
		return WMI_DELETED;
	if (operation && g_ascii_strcasecmp(operation, "Modified") == 0)
		return WMI_MODIFIED;
	return WMI_CREATED;
}

static void read_filter(const struct event *event, struct wmi_fact *fact)
{
	const char *event_namespace = decode_field(fact, event, "EventNamespace");

	fact->parts = WMI_PART_FILTER;
	fact->filter = wmi_filter_new(&fact->arena);
	fact->filter->name = decode_field(fact, event, "Name");
	if (event_namespace)
		fact->filter->event_namespace =
			wmi_fact_take(fact, namespace_normalise(event_namespace));
	fact->filter->query = decode_field(fact, event, "Query");
}

static const struct consumer_type *find_type(const char *type)
{
	for (size_t i = 0; type && i < G_N_ELEMENTS(consumer_types); i++) {
		if (g_ascii_strcasecmp(type, consumer_types[i].type) == 0)
			return &consumer_types[i];
	}
	return &unknown_type;
}

static struct mof_property *string_property(struct arena *arena, const char *name, const char *text)
{
	struct mof_property *property = arena_alloc(arena, sizeof(*property));
	struct mof_value *value = arena_alloc(arena, sizeof(*value));

	*value = (struct mof_value){.type = MOF_STRING, .text = text};
	*property = (struct mof_property){.name = name, .value = value};
	return property;
}

static void read_consumer(const struct event *event, struct wmi_fact *fact)
{
	const char *type_name = decode_field(fact, event, "Type");
	const char *destination = decode_field(fact, event, "Destination");
	g_autofree char *stripped = type_name ? g_strstrip(g_strdup(type_name)) : NULL;
	const struct consumer_type *type = find_type(stripped);
	struct wmi_consumer *consumer = wmi_consumer_new(&fact->arena);

	fact->parts = WMI_PART_CONSUMER;
	fact->consumer = consumer;
	consumer->name = decode_field(fact, event, "Name");
	consumer->class_name = type->class_name;
	if (destination)
		consumer->properties = string_property(&fact->arena, type->property, destination);
}

/*
 * Reads one end of a binding: an object path, or what else stands there as the name.
 * The first path that has a namespace gives the fact its own.
 */
static void read_end(struct wmi_fact *fact, const char *text, const char **name,
		     const char **class_name)
{
	struct object_path path = {0};

	if (!text)
		return;
	if (!object_path_parse(text, &path)) {
		*name = text;
		return;
	}
	if (*path.name)
		*name = wmi_fact_take(fact, g_steal_pointer(&path.name));
	if (class_name)
		*class_name = wmi_fact_take(fact, g_steal_pointer(&path.class_name));
	if (!fact->namespace)
		fact->namespace = wmi_fact_take(fact, g_steal_pointer(&path.namespace));
	object_path_release(&path);
}

static void read_binding(const struct event *event, struct wmi_fact *fact)
{
	const char *consumer = decode_field(fact, event, "Consumer");
	const char *filter = decode_field(fact, event, "Filter");

	fact->parts = WMI_PART_BINDING;
	fact->consumer = wmi_consumer_new(&fact->arena);
	fact->filter = wmi_filter_new(&fact->arena);
	read_end(fact, consumer, &fact->consumer->name, &fact->consumer->class_name);
	read_end(fact, filter, &fact->filter->name, NULL);
}

static bool names_nothing(const struct wmi_fact *fact)
{
	const struct wmi_filter *filter = fact->filter;
	const struct wmi_consumer *consumer = fact->consumer;

	return (!filter || (!filter->name && !filter->query)) &&
	       (!consumer || (!consumer->name && !consumer->properties));
}

struct wmi_fact *sysmon_fact_from_event(const struct event *event)
{
	struct wmi_fact *fact = wmi_fact_new();

	fact->operation = read_operation(fact, event);
	fact->user = decode_field(fact, event, "User");
	if (event->ref.event_id == EVENT_FILTER)
		read_filter(event, fact);
	else if (event->ref.event_id == EVENT_CONSUMER)
		read_consumer(event, fact);
	else if (event->ref.event_id == EVENT_BINDING)
		read_binding(event, fact);
	/* Sysmon watches no other namespace. */
	if (!fact->namespace)
		fact->namespace = WH_SUBSCRIPTION_NAMESPACE;
	if (names_nothing(fact))
		g_clear_pointer(&fact, wmi_fact_free);
	return fact;
}
