/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/wmi_events.h"

#include <stdarg.h>

struct event *new_event(uint64_t time, uint64_t record_id, const char *provider, unsigned event_id)
{
	struct event *event = g_new0(struct event, 1);

	event_init(event);
	event->ref.time = time;
	event->host = TEST_HOST;
	event->provider = provider;
	event->ref.event_id = event_id;
	event->ref.has_event_id = true;
	event->ref.record_id = record_id;
	event->ref.has_record_id = true;
	event->ref.path = TEST_PATH;
	event->ref.offset = 4096 + 512 * record_id;
	return event;
}

void free_event(struct event *event)
{
	event_release(event);
	g_free(event);
}

static struct event *new_sysmon_event(uint64_t time, unsigned event_id, const char *operation)
{
	struct event *event = new_event(time, time, "Microsoft-Windows-Sysmon", event_id);

	event_add_field(event, "RuleName", "-");
	event_add_field(event, "Operation", operation);
	event_add_field(event, "User", "ORCHARD-11\\picker");
	return event;
}

/* A MOF literal of the text. */
static char *quote(const char *text)
{
	g_autofree char *escaped = g_strescape(text, "\b\f\v");

	return g_strdup_printf("\"%s\"", escaped);
}

/* Sysmon puts a space before the literal. */
static void add_quoted(struct event *event, const char *name, const char *text)
{
	g_autofree char *literal = quote(text);
	g_autofree char *value = g_strconcat(" ", literal, NULL);

	event_add_field(event, name, value);
}

static void add_path(struct event *event, const char *field, const char *class_name,
		     const char *name)
{
	g_autofree char *path =
		g_strdup_printf("\\\\.\\ROOT\\subscription:%s.Name=\"%s\"", class_name, name);

	add_quoted(event, field, path);
}

struct event *new_filter_event(uint64_t time, const char *operation, const char *name,
			       const char *query)
{
	struct event *event = new_sysmon_event(time, 19, operation);

	add_quoted(event, "EventNamespace", "root\\CimV2");
	add_quoted(event, "Name", name);
	add_quoted(event, "Query", query);
	return event;
}

struct event *new_consumer_event(uint64_t time, const char *operation, const char *name,
				 const char *command)
{
	struct event *event = new_sysmon_event(time, 20, operation);

	add_quoted(event, "Name", name);
	event_add_field(event, "Type", "Command Line");
	add_quoted(event, "Destination", command);
	return event;
}

struct event *new_binding_event(uint64_t time, const char *operation, const char *filter,
				const char *consumer)
{
	struct event *event = new_sysmon_event(time, 21, operation);

	add_path(event, "Consumer", "CommandLineEventConsumer", consumer);
	add_path(event, "Filter", "__EventFilter", filter);
	return event;
}

struct event *new_whole_event(uint64_t time, const char *filter, const char *query,
			      const char *consumer, const char *command, const char *extra)
{
	struct event *event = new_event(time, time, "Microsoft-Windows-WMI-Activity", 5861);
	g_autofree char *binding = g_strdup_printf("CommandLineEventConsumer=\"%s\"", consumer);
	g_autofree char *quoted_filter = quote(filter);
	g_autofree char *quoted_query = quote(query);
	g_autofree char *quoted_consumer = quote(consumer);
	g_autofree char *quoted_command = quote(command);
	g_autofree char *cause = g_strdup_printf(
		"Binding EventFilter: \ninstance of __EventFilter\n{\n"
		"\tCreatorSID = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};\n"
		"\tEventNamespace = \"ROOT\\\\cimv2\";\n\tName = %s;\n\tQuery = %s;\n"
		"\tQueryLanguage = \"WQL\";\n};\nPerm. Consumer: \n"
		"instance of CommandLineEventConsumer\n{\n\tCommandLineTemplate = %s;\n"
		"\tCreatorSID = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};\n%s\tName = %s;\n};\n",
		quoted_filter, quoted_query, quoted_command, extra ? extra : "", quoted_consumer);

	event_add_field(event, "Namespace", "//./root/subscription");
	event_add_field(event, "ESS", filter);
	event_add_field(event, "CONSUMER", binding);
	event_add_field(event, "PossibleCause", cause);
	return event;
}
