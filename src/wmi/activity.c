/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/activity.h"

#include "wmi/mof.h"
#include "wmi/names.h"
#include "wmi/payload.h"
#include "wmi/mof_sid.h"

#define FILTER_CLASS "__EventFilter"

static const char *get_present(const struct event *event, const char *name)
{
	const char *value = event_get_field(event, name);

	return value && *value ? value : NULL;
}

/* The field CONSUMER: CLASS="name". */
static void read_consumer_field(const char *text, struct wmi_consumer *consumer)
{
	struct object_path path;

	if (!text)
		return;
	if (!object_path_parse(text, &path)) {
		consumer->name = g_strdup(text);
		return;
	}
	consumer->class_name = g_steal_pointer(&path.class_name);
	if (*path.name)
		consumer->name = g_steal_pointer(&path.name);
	object_path_release(&path);
}

/* NULL unless the property is a string that says something. */
static const struct mof_value *get_string(const struct mof_instance *instance, const char *name)
{
	const struct mof_value *value = mof_instance_get(instance, name);

	return value && value->type == MOF_STRING && *value->text ? value : NULL;
}

static char *copy_string(const struct mof_instance *instance, const char *name)
{
	const struct mof_value *value = get_string(instance, name);

	return value ? g_strdup(value->text) : NULL;
}

/* The instance text is exact where the field may be escaped, but a cut-off name loses to it. */
static void set_name(char **name, const struct mof_instance *instance)
{
	const struct mof_value *value = get_string(instance, "Name");

	if (!value || (value->cut && *name))
		return;
	g_free(*name);
	*name = g_strdup(value->text);
}

static void fill_filter(struct wmi_filter *filter, const struct mof_instance *instance)
{
	g_autofree char *event_namespace = copy_string(instance, "EventNamespace");

	set_name(&filter->name, instance);
	if (event_namespace)
		filter->event_namespace = namespace_normalise(event_namespace);
	filter->query = copy_string(instance, "Query");
	filter->query_language = copy_string(instance, "QueryLanguage");
	filter->creator_sid = sid_from_mof(mof_instance_get(instance, "CreatorSID"));
}

static bool is_told_apart(const struct mof_property *property)
{
	return property->value->type == MOF_NULL ||
	       g_ascii_strcasecmp(property->name, "Name") == 0 ||
	       g_ascii_strcasecmp(property->name, "CreatorSID") == 0;
}

/* Takes the properties out of `instance`. */
static void fill_consumer(struct wmi_consumer *consumer, struct mof_instance *instance)
{
	GPtrArray *properties = instance->properties;

	set_name(&consumer->name, instance);
	g_free(consumer->class_name);
	consumer->class_name = g_strdup(instance->class_name);
	consumer->creator_sid = sid_from_mof(mof_instance_get(instance, "CreatorSID"));
	for (guint i = 0; i < properties->len; i++) {
		if (is_told_apart(properties->pdata[i]))
			continue;
		g_ptr_array_add(consumer->properties, properties->pdata[i]);
		properties->pdata[i] = NULL;
	}
	payload_decode_properties(consumer->properties, consumer->decoded);
}

struct roles {
	struct mof_instance *filter;
	struct mof_instance *consumer;
};

/*
 * Which instance is which. The class decides, where it can: a filter may be of a class
 * derived from __EventFilter, and then the text names the filter first.
 */
static struct roles find_roles(const GPtrArray *instances, const char *consumer_class)
{
	struct roles roles = {0};

	for (guint i = 0; i < instances->len; i++) {
		struct mof_instance *instance = instances->pdata[i];
		bool is_filter = g_ascii_strcasecmp(instance->class_name, FILTER_CLASS) == 0;
		bool is_consumer = consumer_class &&
				   g_ascii_strcasecmp(instance->class_name, consumer_class) == 0;

		if (!roles.filter && (is_filter || (!is_consumer && i == 0)))
			roles.filter = instance;
		else if (!roles.consumer && !is_filter)
			roles.consumer = instance;
	}
	return roles;
}

static void read_instances(struct wmi_fact *fact, const char *text)
{
	g_autoptr(GPtrArray) instances = mof_parse(text);
	struct roles roles = find_roles(instances, fact->consumer->class_name);

	if (roles.filter)
		fill_filter(fact->filter, roles.filter);
	if (roles.consumer)
		fill_consumer(fact->consumer, roles.consumer);
	fact->incomplete = !roles.filter || !roles.consumer || !roles.filter->complete ||
			   !roles.consumer->complete;
}

struct wmi_fact *activity_fact_from_event(const struct event *event)
{
	const char *namespace = get_present(event, "Namespace");
	const char *cause = get_present(event, "PossibleCause");
	struct wmi_fact *fact = g_new0(struct wmi_fact, 1);

	fact->operation = WMI_REGISTERED;
	fact->parts = WMI_PART_FILTER | WMI_PART_CONSUMER | WMI_PART_BINDING;
	fact->namespace = namespace ? namespace_normalise(namespace) : NULL;
	fact->filter = wmi_filter_new();
	fact->filter->name = g_strdup(get_present(event, "ESS"));
	fact->consumer = wmi_consumer_new();
	read_consumer_field(get_present(event, "CONSUMER"), fact->consumer);
	read_instances(fact, cause ? cause : "");
	if (!fact->filter->name && !fact->filter->query && !fact->consumer->name &&
	    !fact->consumer->class_name)
		g_clear_pointer(&fact, wmi_fact_free);
	return fact;
}
