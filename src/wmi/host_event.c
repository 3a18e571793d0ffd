/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/host_event.h"

#include <stdlib.h>
#include <string.h>

#include "event/filetime.h"
#include "evtx/sieve.h"

/* An event that a row stands for. `read` fills in more, and returns false when it is of no use. */
struct host_source {
	const char *provider; /* in any case: that of 1074 is written in two ways */
	const char *channel;
	unsigned event_id;
	enum host_event_kind kind;
	bool (*read)(const struct event *event, struct host_event *out);
};

/* Element `index` of the event's fields without a name; NULL when there are fewer. */
static const char *get_data(const struct event *event, unsigned index)
{
	for (guint i = 0; i < event->fields->len; i++) {
		const struct event_field *field =
			&g_array_index(event->fields, struct event_field, i);

		if ((*field->name == '\0' || strcmp(field->name, "Data") == 0) && index-- == 0)
			return field->value;
	}
	return NULL;
}

/* "10.00.", "19044": of real logs of Windows 10 and 11; 8.1 and Server 2012 R2 have "6.03.",
 * "9600".
 */
static bool read_version(const struct event *event, struct host_event *out)
{
	const char *version = get_data(event, 0), *build = get_data(event, 1);
	guint64 number;

	if (!version || !build ||
	    !g_ascii_string_to_unsigned(build, 10, 1, G_MAXUINT32, &number, NULL))
		return false;
	out->version = version;
	out->build = (uint32_t)number;
	return true;
}

/* The seventh: "300 Eastern Standard Time". */
static bool read_time_zone(const struct event *event, struct host_event *out)
{
	const char *text = get_data(event, 6);
	char *name;
	long bias;

	if (!text)
		return false;
	bias = strtol(text, &name, 10);
	if (name == text || *name != ' ' || labs(bias) > 24 * 60)
		return false;
	out->zone = name + 1;
	out->bias = (int32_t)bias;
	return true;
}

static bool read_step(const struct event *event, const char *before, const char *after,
		      struct host_event *out)
{
	const char *old = event_get_field(event, before);
	const char *new = event_get_field(event, after);

	if (!old || !new || !filetime_parse(old, &out->before) || !filetime_parse(new, &out->after))
		return false;
	return MAX(out->before, out->after) - MIN(out->before, out->after) >= WH_MIN_CLOCK_STEP;
}

static bool read_kernel_step(const struct event *event, struct host_event *out)
{
	return read_step(event, "OldTime", "NewTime", out);
}

static bool read_security_step(const struct event *event, struct host_event *out)
{
	return read_step(event, "PreviousTime", "NewTime", out);
}

static bool read_security_cleared(const struct event *event, struct host_event *out)
{
	(void)event;
	out->channel = "Security";
	return true;
}

static bool read_cleared(const struct event *event, struct host_event *out)
{
	out->channel = event_get_field(event, "Channel");
	return out->channel && *out->channel;
}

static const struct host_source sources[] = {
	{"EventLog", "System", 6005, HOST_STARTED, NULL},
	{"EventLog", "System", 6006, HOST_STOPPED, NULL},
	{"User32", "System", 1074, HOST_STOPPED, NULL},
	{"EventLog", "System", 6008, HOST_CRASHED, NULL},
	{"EventLog", "System", 6009, HOST_VERSION, read_version},
	{"EventLog", "System", 6013, HOST_TIME_ZONE, read_time_zone},
	{"Microsoft-Windows-Kernel-General", "System", 1, HOST_CLOCK_SET, read_kernel_step},
	{"Microsoft-Windows-Security-Auditing", "Security", 4616, HOST_CLOCK_SET,
	 read_security_step},
	{"Microsoft-Windows-Eventlog", "Security", 1102, HOST_LOG_CLEARED, read_security_cleared},
	{"Microsoft-Windows-Eventlog", "System", 104, HOST_LOG_CLEARED, read_cleared},
	{"Microsoft-Windows-WMI", "Application", 5617, HOST_WMI_STARTED, NULL},
};

bool host_event_read(const struct event *event, struct host_event *out)
{
	if (!event->provider || !event->ref.channel || !event->ref.has_event_id)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
		const struct host_source *source = &sources[i];

		if (source->event_id != event->ref.event_id ||
		    g_ascii_strcasecmp(source->provider, event->provider) != 0 ||
		    g_ascii_strcasecmp(source->channel, event->ref.channel) != 0)
			continue;
		*out = (struct host_event){.kind = source->kind};
		return !source->read || source->read(event, out);
	}
	return false;
}

void host_events_fill_plan(struct sieve_plan *plan)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
		const struct sieve_origin origin = {sources[i].provider, sources[i].channel};

		sieve_plan_add_texts(plan, &origin, sources[i].event_id, NULL);
		sieve_plan_add_channel(plan, sources[i].channel);
	}
}
