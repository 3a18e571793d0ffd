/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/activity.h"

#include <string.h>

#include "wmi/mof.h"
#include "wmi/names.h"
#include "wmi/mof_sid.h"

#define FILTER_CLASS "__EventFilter"

static const char *copy_present(struct wmi_fact *fact, const struct event *event, const char *name)
{
	const char *value = wmi_fact_read(fact, event, name);

	return value ? arena_copy(&fact->arena, value, strlen(value)) : NULL;
}

/* The field CONSUMER: CLASS="name". */
static void read_consumer_field(struct wmi_fact *fact, const char *text)
{
	struct wmi_consumer *consumer = fact->consumer;
	struct object_path path;

	if (!text)
		return;
	if (!object_path_parse(text, &path)) {
		consumer->name = text;
		return;
	}
	consumer->class_name = wmi_fact_take(fact, g_steal_pointer(&path.class_name));
	if (*path.name)
		consumer->name = wmi_fact_take(fact, g_steal_pointer(&path.name));
	object_path_release(&path);
}

/* NULL unless the property is a string that says something. */
static const struct mof_value *get_string(const struct mof_instance *instance, const char *name)
{
	const struct mof_value *value = mof_property_get(instance->properties, name);

	return value && value->type == MOF_STRING && *value->text ? value : NULL;
}

static const char *get_text(const struct mof_instance *instance, const char *name)
{
	const struct mof_value *value = get_string(instance, name);

	return value ? value->text : NULL;
}

/* The instance text is exact where the field may be escaped, but a cut-off name loses to it. */
static void set_name(const char **name, const struct mof_instance *instance)
{
	const struct mof_value *value = get_string(instance, "Name");

	if (value && (!value->cut || !*name))
		*name = value->text;
}

static const char *read_creator(struct wmi_fact *fact, const struct mof_instance *instance)
{
	return wmi_fact_take(fact,
			     sid_from_mof(mof_property_get(instance->properties, "CreatorSID")));
}

static void fill_filter(struct wmi_fact *fact, const struct mof_instance *instance)
{
	struct wmi_filter *filter = fact->filter;
	const char *event_namespace = get_text(instance, "EventNamespace");

	set_name(&filter->name, instance);
	if (event_namespace)
		filter->event_namespace = wmi_fact_take(fact, namespace_normalise(event_namespace));
	filter->query = get_text(instance, "Query");
	filter->query_language = get_text(instance, "QueryLanguage");
	filter->creator_sid = read_creator(fact, instance);
}

static bool is_told_apart(const struct mof_property *property)
{
	return property->value->type == MOF_NULL ||
	       g_ascii_strcasecmp(property->name, "Name") == 0 ||
	       g_ascii_strcasecmp(property->name, "CreatorSID") == 0;
}

/* Takes the properties out of `instance`. */
static void fill_consumer(struct wmi_fact *fact, struct mof_instance *instance)
{
	struct wmi_consumer *consumer = fact->consumer;
	struct mof_property **last = &consumer->properties;

	set_name(&consumer->name, instance);
	consumer->class_name = instance->class_name;
	consumer->creator_sid = read_creator(fact, instance);
	for (struct mof_property *property = instance->properties; property;
	     property = property->next) {
		if (is_told_apart(property))
			continue;
		*last = property;
		last = &property->next;
	}
	*last = NULL;
}

struct roles {
	struct mof_instance *filter;
	struct mof_instance *consumer;
};

/*
 * Which instance is which. The class decides, where it can: a filter may be of a class
 * derived from __EventFilter, and then the text names the filter first.
 */
static struct roles find_roles(struct mof_instance *instances, const char *consumer_class)
{
	struct roles roles = {0};

	for (struct mof_instance *instance = instances; instance; instance = instance->next) {
		bool is_filter = g_ascii_strcasecmp(instance->class_name, FILTER_CLASS) == 0;
		bool is_consumer = consumer_class &&
				   g_ascii_strcasecmp(instance->class_name, consumer_class) == 0;

		if (!roles.filter && (is_filter || (!is_consumer && instance == instances)))
			roles.filter = instance;
		else if (!roles.consumer && !is_filter)
			roles.consumer = instance;
	}
	return roles;
}

static void read_instances(struct wmi_fact *fact, const char *text)
{
	struct mof_content content = mof_parse(text, MOF_LOGGED, &fact->arena);
	struct roles roles = find_roles(content.instances, fact->consumer->class_name);

	if (roles.filter)
		fill_filter(fact, roles.filter);
	if (roles.consumer)
		fill_consumer(fact, roles.consumer);
	fact->incomplete |= !roles.filter || !roles.consumer || !roles.filter->complete ||
			    !roles.consumer->complete;
}

struct wmi_fact *activity_fact_from_event(const struct event *event)
{
	struct wmi_fact *fact = wmi_fact_new();
	const char *namespace = wmi_fact_read(fact, event, "Namespace");
	const char *cause = wmi_fact_read(fact, event, "PossibleCause");

	fact->operation = WMI_REGISTERED;
	fact->parts = WMI_PART_FILTER | WMI_PART_CONSUMER | WMI_PART_BINDING;
	if (namespace)
		fact->namespace = wmi_fact_take(fact, namespace_normalise(namespace));
	fact->filter = wmi_filter_new(&fact->arena);
	fact->filter->name = copy_present(fact, event, "ESS");
	fact->consumer = wmi_consumer_new(&fact->arena);
	read_consumer_field(fact, copy_present(fact, event, "CONSUMER"));
	read_instances(fact, cause ? cause : "");
	if (!fact->filter->name && !fact->filter->query && !fact->consumer->name &&
	    !fact->consumer->class_name)
		g_clear_pointer(&fact, wmi_fact_free);
	return fact;
}
