/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "event/event_json.h"
#include "event/filetime.h"
#include "wmi/event_line.h"
#include "wmi/wmi_json.h"
#include "tests/support/line_without_id.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/report_sample.h"

#define SOURCE_JSON "\"source\":{\"path\":\"logs/wmi.evtx\",\"offset\":4608,\"header_record_id\":7}"

static void assert_line(GString *line, const char *expected)
{
	assert_string_equal(line->str, expected);
	g_string_free(line, TRUE);
}

/* The consumer{} alone; takes it. */
static GString *consumer_json(struct wmi_consumer *consumer)
{
	GString *out = g_string_new(NULL);

	wmi_consumer_append_json(consumer, NULL, out);
	return out;
}

/* A consumer that has one property; takes the value. */
static GString *property_json(const char *name, struct mof_value *value)
{
	struct wmi_consumer *consumer = wmi_consumer_new(sample_arena());

	sample_add_property(&consumer->properties, name, value);
	return consumer_json(consumer);
}

static void test_number_forms(void **state)
{
	/* Those that a reader of JSON takes stay numbers. */
	static const struct {
		const char *mof;
		const char *json;
	} forms[] = {
		{"0", "0"},
		{"-45", "-45"},
		{"1.50", "1.50"},
		{"2e3", "2e3"},
		{"2.5E-3", "2.5E-3"},
		{"9223372036854775807", "9223372036854775807"},
		{"9223372036854775808", "\"9223372036854775808\""},
		{"-9223372036854775809", "\"-9223372036854775809\""},
		{"1e999", "\"1e999\""},
		{"007", "\"007\""},
		{"+1", "\"+1\""},
		{"0x1F", "\"0x1F\""},
		{"1.", "\"1.\""},
		{".5", "\".5\""},
		{"1e", "\"1e\""},
		{"1e+", "\"1e+\""},
		{"-", "\"-\""},
		{"1 ,2", "\"1 ,2\""},
		{"", "\"\""},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autofree char *expected =
			g_strdup_printf("\"consumer\":{\"properties\":{\"N\":%s}}", forms[i].json);

		assert_line(property_json("N", sample_text(MOF_NUMBER, forms[i].mof)), expected);
	}
}

static void test_property_types(void **state)
{
	struct wmi_consumer *consumer = wmi_consumer_new(sample_arena());
	struct mof_value *nested = sample_instance("Inner");

	(void)state;
	sample_add_property(&nested->instance->properties, "Depth", sample_text(MOF_NUMBER, "2"));
	sample_add_property(&nested->instance->properties, "Class", sample_text(MOF_STRING, "x"));
	sample_add_property(&consumer->properties, "Nothing", sample_text(MOF_NULL, NULL));
	sample_add_property(&consumer->properties, "Empty", sample_text(MOF_STRING, ""));
	sample_add_property(&consumer->properties, "Yes", sample_text(MOF_BOOLEAN, "true"));
	sample_add_property(&consumer->properties, "No", sample_text(MOF_BOOLEAN, "false"));
	sample_add_property(&consumer->properties, "Texts",
			    sample_array(MOF_STRING, "a", "", "b", NULL));
	sample_add_property(&consumer->properties, "Numbers",
			    sample_array(MOF_NUMBER, "1", "02", NULL));
	sample_add_property(&consumer->properties, "None", sample_array(MOF_NULL, "", NULL));
	sample_add_property(&consumer->properties, "Nested", nested);
	sample_add_property(&consumer->properties, "Bare", sample_instance("Alone"));
	assert_line(consumer_json(consumer),
		    "\"consumer\":{\"properties\":{\"Yes\":true,\"No\":false,"
		    "\"Texts\":[\"a\",\"\",\"b\"],\"Numbers\":[1,\"02\"],\"None\":[],"
		    "\"Nested\":{\"class\":[\"Inner\",\"x\"],\"Depth\":2},"
		    "\"Bare\":{\"class\":\"Alone\"}}}");
}

static void test_property_repeats(void **state)
{
	struct wmi_consumer *consumer = wmi_consumer_new(sample_arena());

	(void)state;
	sample_add_property(&consumer->properties, "ScriptText", sample_text(MOF_STRING, "one"));
	sample_add_property(&consumer->properties, "KillTimeout", sample_text(MOF_NUMBER, "0"));
	sample_add_property(&consumer->properties, "scripttext", sample_text(MOF_NULL, NULL));
	sample_add_property(&consumer->properties, "SCRIPTTEXT", sample_text(MOF_STRING, "two"));
	sample_add_property(&consumer->properties, "killtimeout", sample_text(MOF_NULL, NULL));
	assert_line(consumer_json(consumer),
		    "\"consumer\":{\"properties\":{"
		    "\"ScriptText\":[\"one\",\"two\"],\"KillTimeout\":0}}");
}

static void test_nothing_to_say(void **state)
{
	GString *out = g_string_new(NULL);
	struct wmi_filter *filter = wmi_filter_new(sample_arena());

	(void)state;
	wmi_filter_append_json(NULL, NULL, out);
	wmi_filter_append_json(filter, NULL, out);
	wmi_consumer_append_json(NULL, NULL, out);
	assert_line(out, "");
	assert_line(consumer_json(wmi_consumer_new(sample_arena())), "");
}

/* What an attacker may name things: quotes, an escape, an override, half a character. */
static char *hostile_text(void)
{
	GString *text = g_string_new("\"},{\\\033[2J\xE2\x80\xAE");

	text_append_code_point(text, 0xD83D);
	text_append_code_point(text, 0);
	return g_string_free(text, FALSE);
}

static void fill_event(struct event *event)
{
	assert_true(filetime_parse("2024-05-06T07:08:09.1234567Z", &event->ref.time));
	event->host = "WS-17.example.test";
	event->provider = "Microsoft-Windows-WMI-Activity";
	event->ref.event_id = 5861;
	event->ref.has_event_id = true;
	event->data_type = "Operation_ESStoConsumerBinding";
	event->ref.path = "logs/wmi.evtx";
	event->ref.offset = 4608;
	event->ref.header_record_id = 7;
	event_add_field(event, "ESS", "Tick");
}

#define EVENT_HEAD                                                                                 \
	"{\"kind\":\"event\",\"time\":\"2024-05-06T07:08:09.1234567Z\","                           \
	"\"host\":\"WS-17.example.test\",\"provider\":\"Microsoft-Windows-WMI-Activity\","         \
	"\"event_id\":5861,"
#define EVENT_TAIL                                                                                 \
	"\"data_type\":\"Operation_ESStoConsumerBinding\",\"data\":{\"ESS\":\"Tick\"}"             \
	"," SOURCE_JSON "}\n"

static void test_event_without_fact(void **state)
{
	struct event event;
	GString *line = g_string_new(NULL);

	(void)state;
	event_init(&event);
	fill_event(&event);
	event_line_append(&event, NULL, line);
	event_release(&event);
	g_string_set_size(line, strlen(line_without_id(line->str)));
	assert_line(line, EVENT_HEAD EVENT_TAIL);
}

static void test_event_with_fact(void **state)
{
	struct wmi_fact fact = {
		.operation = WMI_REGISTERED,
		.namespace = (char *)"root\\subscription",
		.filter = sample_filter("Tick", NULL),
		.consumer = sample_consumer("Tock", "a.exe"),
	};
	struct event event;
	GString *line = g_string_new(NULL);

	(void)state;
	event_init(&event);
	fill_event(&event);
	event_line_append(&event, &fact, line);
	event_release(&event);
	g_string_set_size(line, strlen(line_without_id(line->str)));
	assert_line(line, EVENT_HEAD
		    "\"operation\":\"registered\",\"namespace\":\"root\\\\subscription\","
		    "\"filter\":{\"name\":\"Tick\"},"
		    "\"consumer\":{\"class\":\"CommandLineEventConsumer\",\"name\":\"Tock\","
		    "\"properties\":{\"CommandLineTemplate\":\"a.exe\"}}," EVENT_TAIL);
}

/* `hunt -` must read every line that `events` writes, whatever the properties hold. */
static void test_event_line_reads_back(void **state)
{
	g_autofree char *hostile = hostile_text();
	struct wmi_fact fact = {.operation = WMI_CREATED,
				.consumer = wmi_consumer_new(sample_arena())};
	GString *line = g_string_new(NULL);
	struct event event;
	char *reason = NULL;

	(void)state;
	sample_add_property(&fact.consumer->properties, "A", sample_text(MOF_NUMBER, "1e999"));
	sample_add_property(&fact.consumer->properties, "A",
			    sample_text(MOF_NUMBER, "18446744073709551615"));
	sample_add_property(&fact.consumer->properties, hostile, sample_text(MOF_STRING, hostile));
	event_init(&event);
	fill_event(&event);
	event_add_field(&event, "CONSUMER", hostile);
	event_line_append(&event, &fact, line);
	assert_true(event_from_json(&event, line->str, line->len, &reason));
	assert_string_equal(event_get_field(&event, "CONSUMER"), hostile);
	event_release(&event);
	g_string_free(line, TRUE);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number_forms),
		cmocka_unit_test(test_property_types),
		cmocka_unit_test(test_property_repeats),
		cmocka_unit_test(test_nothing_to_say),
		cmocka_unit_test(test_event_without_fact),
		cmocka_unit_test(test_event_with_fact),
		cmocka_unit_test(test_event_line_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
