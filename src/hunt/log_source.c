/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/log_source.h"

#include <string.h>

#include "hunt/subject.h"
#include "wmi/fact.h"

#define WMI_ACTIVITY_BINDING 5861

static const char *const subscription_fields[] = {
	"host",
	"namespace",
	"state",
	"parts",
	"incomplete",
	"filter.name",
	"filter.event_namespace",
	"filter.query",
	"filter.query_language",
	"filter.creator_sid",
	"consumer.class",
	"consumer.name",
	"consumer.creator_sid",
	"consumer.decoded",
	WH_FIELD_RUNS,
	NULL,
};

static const char *const wmi_event_fields[] = {
	"eventid", "channel",	  "provider_name", "computer",	     "rulename", "eventtype",
	"utctime", "operation",	  "user",	   "eventnamespace", "name",	 "query",
	"type",	   "destination", "consumer",	   "filter",	     NULL,
};

/* Those of 5857 to 5860 too: rules name them beside the one event that is read. */
static const char *const wmi_service_fields[] = {
	"eventid",	"channel",   "provider_name",	"computer",	 "namespace",
	"ess",		"consumer",  "possiblecause",	"namespacename", "query",
	"user",		"processid", "provider",	"queryid",	 "clientmachine",
	"id",		"component", "clientprocessid", "operation",	 "resultcode",
	"providername", "code",	     "hostprocess",	"providerpath",	 NULL,
};

static bool field_is_known(enum log_source source, const char *folded)
{
	switch (source) {
	case SOURCE_WMI_EVENT:
		return g_strv_contains(wmi_event_fields, folded);
	case SOURCE_WMI_SERVICE:
		return g_strv_contains(wmi_service_fields, folded);
	default:
		return g_strv_contains(subscription_fields, folded) ||
		       (g_str_has_prefix(folded, "consumer.properties.") &&
			!g_str_has_suffix(folded, "."));
	}
}

void log_source_check_field(enum log_source source, const char *folded, const struct place *place,
			    struct lint *lint)
{
	if (field_is_known(source, folded))
		return;
	/* A subscription's fields are ours to know; a later Windows may log new ones. */
	if (source == SOURCE_SUBSCRIPTION)
		lint_error(lint, place, "a subscription has no field '%s'", folded);
	else
		lint_warn(lint, place, "no event of this log source has a field '%s'", folded);
}

static bool event_id_is_read(enum log_source source, guint64 id)
{
	return source == SOURCE_WMI_SERVICE ? id == WMI_ACTIVITY_BINDING : id >= 19 && id <= 21;
}

void log_source_check_event_id(enum log_source source, const struct yaml_node *value,
			       struct lint *lint)
{
	guint64 id;

	if (!g_ascii_string_to_unsigned(value->text, 10, 0, G_MAXUINT32, &id, NULL) ||
	    !event_id_is_read(source, id))
		lint_warn(lint, &value->place,
			  "event '%s' is not read from this log source, so this never matches",
			  value->text);
}

bool log_source_of_event(const struct event *event, enum log_source *out)
{
	if (!wmi_event_is_wanted(event))
		return false;
	*out = event->event_id == WMI_ACTIVITY_BINDING ? SOURCE_WMI_SERVICE : SOURCE_WMI_EVENT;
	return true;
}

/* The text of one attribute, NULL when absent; anything but text is an error. */
static const char *get_attribute(const struct yaml_node *map, const char *name, struct lint *lint)
{
	const struct yaml_node *value = yaml_map_get(map, name);

	if (!value)
		return NULL;
	if (value->type == YAML_SCALAR && !yaml_node_is_null(value))
		return value->text;
	lint_error(lint, &value->place, "logsource: '%s' must be a text", name);
	return NULL;
}

static void check_attributes(const struct yaml_node *map, struct lint *lint)
{
	static const char *const names[] = {"category", "product", "service", "definition", NULL};

	for (guint i = 0; i < map->children->len; i += 2) {
		const struct yaml_node *key = g_ptr_array_index(map->children, i);

		if (!g_strv_contains(names, key->text))
			lint_error(lint, &key->place, "logsource: unknown attribute '%s'",
				   key->text);
	}
}

bool log_source_load(const struct yaml_node *document, struct lint *lint, enum log_source *out)
{
	const struct yaml_node *map = yaml_map_get(document, "logsource");
	unsigned errors = lint->errors;
	const char *category, *service, *product;

	if (!map || map->type != YAML_MAP) {
		lint_error(lint, map ? &map->place : &document->place,
			   "a logsource with a category or a service is missing");
		return false;
	}
	check_attributes(map, lint);
	category = get_attribute(map, "category", lint);
	service = get_attribute(map, "service", lint);
	product = get_attribute(map, "product", lint);
	if (lint->errors != errors)
		return false;
	if (product && strcmp(product, "windows") != 0)
		lint_error(lint, &map->place, "logsource: product '%s' is not read", product);
	else if (!service && g_strcmp0(category, "wmi_subscription") == 0)
		*out = SOURCE_SUBSCRIPTION;
	else if (!service && g_strcmp0(category, "wmi_event") == 0)
		*out = SOURCE_WMI_EVENT;
	else if (!category && g_strcmp0(service, "wmi") == 0)
		*out = SOURCE_WMI_SERVICE;
	else
		lint_error(lint, &map->place,
			   "logsource: must be category wmi_subscription, category wmi_event or "
			   "service wmi");
	return lint->errors == errors;
}
