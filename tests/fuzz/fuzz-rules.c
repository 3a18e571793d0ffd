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

static void add_script(struct subscription *subscription, char *text)
{
	struct mof_property *property = g_new0(struct mof_property, 1);

	property->name = g_strdup("ScriptText");
	property->value = g_new0(struct mof_value, 1);
	property->value->type = MOF_STRING;
	property->value->text = text;
	g_ptr_array_add(subscription->consumer->properties, property);
}

static struct subscription *make_subscription(const char *text, size_t length)
{
	struct subscription *subscription = g_new0(struct subscription, 1);
	GString *script = g_string_new(NULL);

	text_append_utf8(script, text, length);
	subscription->host = g_strdup("ws1");
	subscription->parts = WMI_PART_CONSUMER;
	subscription->events = g_ptr_array_new_with_free_func((GDestroyNotify)sighting_free);
	subscription->consumer = g_new0(struct wmi_consumer, 1);
	subscription->consumer->class_name = g_strdup("ActiveScriptEventConsumer");
	subscription->consumer->properties =
		g_ptr_array_new_with_free_func((GDestroyNotify)mof_property_free);
	subscription->consumer->decoded = g_ptr_array_new_with_free_func(g_free);
	add_script(subscription, g_string_free(script, FALSE));
	return subscription;
}

static void note_event(struct rule_set *rules, struct subscription *subscription,
		       const struct mof_property *script)
{
	const struct wmi_fact fact = {.operation = WMI_CREATED};
	struct event event;

	event_init(&event);
	event.provider = "Microsoft-Windows-Sysmon";
	event.ref.event_id = 20;
	event.ref.has_event_id = true;
	event.ref.path = "a.evtx";
	event.host = "ws1";
	event.ref.time = 131000000000000000;
	event_add_field(&event, "Destination", script->value->text);
	rule_set_note_event(rules, &event, NULL);
	g_ptr_array_add(subscription->events, sighting_new(&event, &fact));
	event_release(&event);
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
	struct subscription *subscription;
	struct finding finding;

	subscription = zero ? make_subscription((const char *)zero + 1, size - length - 1)
			    : make_subscription("", 0);
	rule_set_add_text(rules, "fuzz.yml", (const char *)data, length, messages);
	load_correlations((const char *)data, length, messages);
	rule_set_link(rules, messages);
	note_event(rules, subscription, g_ptr_array_index(subscription->consumer->properties, 0));
	rule_set_judge(rules, subscription, NULL, &finding);
	finding_release(&finding);
	g_ptr_array_unref(rule_set_take_correlations(rules, NULL));
	subscription_free(subscription);
	rule_set_free(rules);
	g_ptr_array_unref(messages);
	return 0;
}
