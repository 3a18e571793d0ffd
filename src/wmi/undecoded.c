/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/undecoded.h"

#include <string.h>

#include "wmi/activity.h"
#include "wmi/names.h"

#define CAUSE_BEGINS "Binding EventFilter:"
#define PROVIDER "Microsoft-Windows-WMI-Activity"

/*
 * The record's strings in the order of its fields: Namespace, ESS, CONSUMER, PossibleCause. Without
 * end signs between them they are one.
 */
struct strings {
	const char *cause; /* from its begin; NULL: none of them holds it */
	const char *namespace; /* the string that it begins; maybe that of the cause, too */
};

static struct strings find_strings(const struct event *event)
{
	struct strings strings = {0};

	for (guint i = 0; !strings.cause && i < event->fields->len; i++) {
		const struct event_field *field =
			&g_array_index(event->fields, struct event_field, i);

		if (*field->name)
			continue;
		if (g_str_has_prefix(field->value, "//") || g_str_has_prefix(field->value, "\\\\"))
			strings.namespace = field->value;
		strings.cause = strstr(field->value, CAUSE_BEGINS);
	}
	return strings;
}

bool undecoded_is_registration(const struct event *event)
{
	const char *cause;

	if (g_strcmp0(event->data_type, "undecoded") != 0 ||
	    (event->provider && strcmp(event->provider, PROVIDER) != 0))
		return false;
	cause = find_strings(event).cause;
	return cause && strstr(cause, "instance of ");
}

/* The namespace ends where the filter's name begins, when no end sign stands between them. */
static char *read_namespace(const struct strings *strings, const struct wmi_filter *filter)
{
	g_autofree char *text = g_strdup(strings->namespace);
	char *end;

	if (!text)
		return NULL;
	if ((end = strstr(text, CAUSE_BEGINS)))
		*end = '\0';
	if (filter->name && (end = strstr(text, filter->name)))
		*end = '\0';
	return namespace_normalise(text);
}

struct wmi_fact *undecoded_fact_from_event(const struct event *event)
{
	struct strings strings = find_strings(event);
	struct wmi_fact *fact;
	struct event registered;

	event_init(&registered);
	event_add_field(&registered, "PossibleCause", strings.cause);
	fact = activity_fact_from_event(&registered);
	event_release(&registered);
	if (!fact)
		return NULL;
	fact->namespace = wmi_fact_take(fact, read_namespace(&strings, fact->filter));
	return fact;
}
