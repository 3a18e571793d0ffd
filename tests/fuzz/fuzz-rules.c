/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "correlation/state.h"
#include "sigma/documents.h"
#include "hunt/rules.h"
#include "tests/fuzz/fuzz.h"
#include "wmi/mof.h"

static void free_message(gpointer message)
{
	rule_message_free(message);
}

/* A subscription of one consumer that runs a script, and the event that reports it. */
struct sample {
	struct subscription *subscription;
	struct wmi_consumer consumer;
	struct mof_property property;
	struct mof_value script;
	struct sighting sighting;
	struct event event;
};

static void sample_init(struct sample *sample, const char *text, size_t length)
{
	const struct wmi_fact fact = {.operation = WMI_CREATED};

	*sample = (struct sample){
		.subscription = g_new0(struct subscription, 1),
		.consumer = {.class_name = "ActiveScriptEventConsumer",
			     .properties = &sample->property},
		.property = {.name = "ScriptText", .value = &sample->script},
		.script = {.type = MOF_STRING, .text = text_from_bytes(text, length)},
	};
	event_init(&sample->event);
	sample->event.provider = "Microsoft-Windows-Sysmon";
	sample->event.ref.event_id = 20;
	sample->event.ref.has_event_id = true;
	sample->event.ref.path = "a.evtx";
	sample->event.host = "ws1";
	sample->event.ref.time = 131000000000000000;
	event_add_field(&sample->event, "Destination", sample->script.text);
	sighting_init(&sample->sighting, &sample->event, &fact);
	sample->subscription->host = "ws1";
	sample->subscription->parts = WMI_PART_CONSUMER;
	sample->subscription->consumer = &sample->consumer;
	sample->subscription->events = g_ptr_array_new();
	g_ptr_array_add(sample->subscription->events, &sample->sighting);
}

static void sample_release(struct sample *sample)
{
	subscription_free(sample->subscription);
	event_release(&sample->event);
	g_free((char *)sample->script.text);
}

static void correlate(const struct yaml_node *document, struct lint *lint)
{
	const char *const texts[WH_MAX_CORRELATION_FIELDS] = {"1", "2"};
	struct correlation *correlation = correlation_load(document, lint);
	struct correlation_state *state;

	if (!correlation)
		return;
	state = correlation_state_new(correlation);
	for (guint i = 0; i < 64; i++) {
		const struct correlation_event event = {
			.time = i * 7919u % 64 * 10000000ull,
			.rule = i * 31 % correlation->rules->len,
			.group = texts,
			.values = texts,
		};

		correlation_state_add(state, &event);
	}
	g_ptr_array_unref(correlation_state_take(state));
	correlation_state_free(state);
	correlation_free(correlation);
}

static void load_correlations(const char *text, size_t length, GPtrArray *messages)
{
	struct lint lint = {.file = "fuzz.yml", .messages = messages};
	g_autoptr(GPtrArray) documents = NULL;

	if (!g_utf8_validate(text, (gssize)length, NULL))
		return;
	documents = documents_parse(text, length, &lint);
	for (guint i = 0; i < documents->len; i++) {
		const struct yaml_node *document = g_ptr_array_index(documents, i);

		if (document->type == YAML_MAP)
			correlate(document, &lint);
	}
}

/* A rule file, and behind the first zero byte a script to match it against. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
	size_t length = zero ? (size_t)(zero - data) : size;
	GPtrArray *messages = g_ptr_array_new_with_free_func(free_message);
	struct rule_set *rules = rule_set_new();
	struct finding finding;
	struct sample sample;

	sample_init(&sample, zero ? (const char *)zero + 1 : "", zero ? size - length - 1 : 0);
	rule_set_add_text(rules, "fuzz.yml", (const char *)data, length, messages);
	load_correlations((const char *)data, length, messages);
	rule_set_link(rules, messages);
	rule_set_note_event(rules, &sample.event, NULL);
	rule_set_judge(rules, sample.subscription, NULL, &finding);
	finding_release(&finding);
	g_ptr_array_unref(rule_set_take_correlations(rules, NULL));
	sample_release(&sample);
	rule_set_free(rules);
	g_ptr_array_unref(messages);
	return 0;
}
