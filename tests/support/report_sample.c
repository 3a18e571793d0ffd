/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/report_sample.h"

#include <stdarg.h>
#include <string.h>

#include "event/filetime.h"
#include "sigma/match.h"

/* All samples live until the program ends. */
static struct arena memory;

struct arena *sample_arena(void)
{
	return &memory;
}

static void *make(size_t size)
{
	return memset(arena_alloc(&memory, size), 0, size);
}

const char *sample_copy(const char *text)
{
	return text ? arena_copy(&memory, text, strlen(text)) : NULL;
}

struct mof_value *sample_text(enum mof_type type, const char *text)
{
	struct mof_value *value = make(sizeof(*value));

	value->type = type;
	value->text = sample_copy(text);
	return value;
}

struct mof_value *sample_array(enum mof_type type, ...)
{
	struct mof_value *value = sample_text(MOF_ARRAY, NULL);
	struct mof_value **last = &value->elements;
	const char *text;
	va_list texts;

	va_start(texts, type);
	while ((text = va_arg(texts, const char *))) {
		*last = sample_text(type, text);
		last = &(*last)->next;
	}
	va_end(texts);
	return value;
}

struct mof_value *sample_instance(const char *class_name)
{
	struct mof_value *value = sample_text(MOF_INSTANCE, NULL);

	value->instance = make(sizeof(*value->instance));
	value->instance->class_name = sample_copy(class_name);
	value->instance->complete = true;
	return value;
}

void sample_add_property(struct mof_property **properties, const char *name,
			 struct mof_value *value)
{
	struct mof_property *property = make(sizeof(*property));

	property->name = sample_copy(name);
	property->value = value;
	while (*properties)
		properties = &(*properties)->next;
	*properties = property;
}

struct wmi_filter *sample_filter(const char *name, const char *query)
{
	struct wmi_filter *filter = wmi_filter_new(&memory);

	filter->name = sample_copy(name);
	filter->query = sample_copy(query);
	return filter;
}

struct wmi_consumer *sample_consumer(const char *name, const char *command)
{
	struct wmi_consumer *consumer = wmi_consumer_new(&memory);

	consumer->class_name = "CommandLineEventConsumer";
	consumer->name = sample_copy(name);
	if (command)
		sample_add_property(&consumer->properties, "CommandLineTemplate",
				    sample_text(MOF_STRING, command));
	return consumer;
}

struct subscription *sample_subscription(struct wmi_filter *filter, struct wmi_consumer *consumer)
{
	struct subscription *subscription = g_new0(struct subscription, 1);

	subscription->host = "WS-17.example.test";
	subscription->namespace = "root\\subscription";
	subscription->filter = filter;
	subscription->consumer = consumer;
	subscription->parts = WMI_PART_FILTER | WMI_PART_CONSUMER | WMI_PART_BINDING;
	subscription->events = g_ptr_array_new();
	return subscription;
}

void sample_add_sighting(struct subscription *subscription, unsigned seconds)
{
	struct sighting *sighting = make(sizeof(*sighting));

	g_assert_true(filetime_parse("2024-05-06T07:08:09.1234567Z", &sighting->ref.time));
	sighting->ref.time += seconds * G_GUINT64_CONSTANT(10000000);
	sighting->ref.channel = "ForwardedEvents";
	sighting->ref.event_id = 5861;
	sighting->ref.has_event_id = true;
	sighting->ref.record_id = 40 + seconds;
	sighting->ref.has_record_id = true;
	sighting->operation = WMI_REGISTERED;
	sighting->ref.path = "logs/wmi.evtx";
	sighting->ref.offset = 4608 + seconds;
	sighting->ref.header_record_id = 7 + seconds;
	if (subscription->events->len == 0)
		subscription->first_seen = sighting->ref.time;
	subscription->last_seen = sighting->ref.time;
	g_ptr_array_add(subscription->events, sighting);
}

struct finding sample_finding(const struct subscription *subscription)
{
	return (struct finding){
		.kind = FINDING_SUBSCRIPTION,
		.subscription = subscription,
		.matches = matches_new(),
	};
}

struct match *sample_add_match(struct finding *finding, const char *title, enum rule_level level)
{
	struct match *match = g_new0(struct match, 1);

	match->title = title;
	match->level = level;
	match->fields = match_fields_new();
	g_ptr_array_add(finding->matches, match);
	return match;
}

static bool append(void *context, const char *text, size_t length)
{
	g_string_append_len(context, text, (gssize)length);
	return true;
}

void sample_report_init(struct sample_report *sample, const char *format,
			const struct report_options *options)
{
	sample->text = g_string_new(NULL);
	report_init(&sample->report, report_format_find(format), options,
		    &(struct report_sink){append, sample->text});
}

char *sample_report_end(struct sample_report *sample)
{
	report_release(&sample->report);
	return g_string_free(sample->text, FALSE);
}
