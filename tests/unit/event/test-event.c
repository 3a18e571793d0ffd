/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "event/event_json.h"
#include "event/event_xml.h"
#include "tests/support/line_without_id.h"
#include "tests/unit/cmocka_test.h"

#define SYSTEM                                                                                     \
	"<System><Provider Name=\"P\" Guid=\"{G}\"/><EventID Qualifiers=\"4\">5861</EventID>"      \
	"<TimeCreated SystemTime=\"2024-03-01T10:20:30.123456700Z\"/>"                             \
	"<EventRecordID>18446744073709551615</EventRecordID><Execution ProcessID=\"0\"/>"          \
	"<Channel>C</Channel><Computer>H</Computer><Security UserID=\"S-1-5-18\"/></System>"
#define EVENT(content) "<Event xmlns=\"urn:x\">" SYSTEM content "</Event>"

struct fixture {
	struct event_xml_reader *reader;
	struct event event;
};

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->reader = event_xml_reader_new();
	event_init(&fixture->event);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	event_xml_reader_free(fixture->reader);
	event_release(&fixture->event);
	g_free(fixture);
	return 0;
}

static void read_bytes(struct fixture *fixture, const char *xml, size_t size)
{
	char *reason = NULL;

	event_clear(&fixture->event);
	if (!event_xml_read(fixture->reader, &fixture->event, xml, size, &reason))
		fail_msg("%s", reason);
}

/* The data{} of the event's line. */
static void check_data(struct fixture *fixture, const char *expected)
{
	GString *line = g_string_new(NULL);
	const char *data;

	event_append_json(&fixture->event, NULL, line);
	data = strstr(line->str, "\"data\":");
	assert_non_null(data);
	g_string_truncate(line, (gsize)(strstr(line->str, ",\"source\":") - line->str));
	assert_string_equal(data + strlen("\"data\":"), expected);
	g_string_free(line, TRUE);
}

static void check_content(void **state, const char *content, const char *expected)
{
	g_autofree char *xml = g_strdup_printf("<Event>%s</Event>", content);

	read_bytes(*state, xml, strlen(xml));
	check_data(*state, expected);
}

static void test_system(void **state)
{
	static const char xml[] = EVENT("");
	struct fixture *fixture = *state;
	const struct event *event = &fixture->event;

	read_bytes(fixture, xml, strlen(xml));
	assert_string_equal(event->provider, "P");
	assert_int_equal(event->ref.event_id, 5861);
	assert_int_equal(event->ref.time, 133537620301234567);
	assert_true(event->ref.record_id == UINT64_MAX);
	assert_true(event->has_process_id && event->process_id == 0);
	assert_string_equal(event->ref.channel, "C");
	assert_string_equal(event->host, "H");
	assert_string_equal(event->user_sid, "S-1-5-18");
	assert_null(event->data_type);
}

static void test_first_element_wins(void **state)
{
	static const char xml[] =
		EVENT("<System><EventID>1</EventID><Computer>X</Computer></System>");
	struct fixture *fixture = *state;

	read_bytes(fixture, xml, strlen(xml));
	assert_int_equal(fixture->event.ref.event_id, 5861);
	assert_string_equal(fixture->event.host, "H");
}

static void test_event_data(void **state)
{
	check_content(state, "<EventData><Data Name=\"a\">1</Data><Data Name=\"b\"/></EventData>",
		      "{\"a\":\"1\",\"b\":\"\"}");
	check_content(state,
		      "<EventData><Data Name=\"a\">1</Data><Data Name=\"b\">2</Data>"
		      "<Data Name=\"a\">3</Data></EventData>",
		      "{\"a\":[\"1\",\"3\"],\"b\":\"2\"}");
	check_content(state,
		      "<EventData><Data>1</Data><Data></Data><Binary>00FF</Binary></EventData>",
		      "{\"Data\":[\"1\",\"\"],\"Binary\":\"00FF\"}");
	check_content(state, "<EventData><Data>one</Data></EventData>", "{\"Data\":[\"one\"]}");
	check_content(state, "<EventData/>", "{}");
}

static void test_user_data(void **state)
{
	struct fixture *fixture = *state;

	check_content(state,
		      "<UserData><Op xmlns=\"urn:y\"><Namespace>//./root</Namespace>"
		      "<Inner Kind=\"k\"><Leaf>x</Leaf> "
		      "<Leaf>y</Leaf></Inner><Data>d</Data></Op></UserData>",
		      "{\"Namespace\":\"//./root\",\"Inner/@Kind\":\"k\","
		      "\"Inner/Leaf\":[\"x\",\"y\"],\"Data\":\"d\"}");
	assert_string_equal(fixture->event.data_type, "Op");
}

static void test_other_sections(void **state)
{
	struct fixture *fixture = *state;

	check_content(state,
		      "<ProcessingErrorData><ErrorCode>15003</ErrorCode></ProcessingErrorData>"
		      "<RenderingInfo Culture=\"x\"><Message>m</Message></RenderingInfo>",
		      "{\"ErrorCode\":\"15003\"}");
	assert_string_equal(fixture->event.data_type, "ProcessingErrorData");
	check_content(state, "<EventData>loose<Data Name=\"a\">1</Data></EventData>",
		      "{\"Data\":[\"loose\"],\"a\":\"1\"}");
}

#define PAYLOAD(text) "<EventData><Data Name=\"a\">" text "</Data></EventData>"

static void test_ampersands(void **state)
{
	check_content(state, PAYLOAD("a & b && &c; &amp; &lt;x&gt; &quot;&apos; &#65; &#"),
		      "{\"a\":\"a & b && &c; & <x> \\\"' &#65; &#\"}");
}

static void test_control_characters(void **state)
{
	check_content(state, PAYLOAD("\x01\x08\x1b[31m\x1f\x7f"),
		      "{\"a\":\"\\u0001\\b\\u001b[31m\\u001f\\u007f\"}");
	check_content(state, PAYLOAD("\xEF\xBF\xBE\xEF\xBF\xBF"), "{\"a\":\"\\ufffe\\uffff\"}");
}

static void test_nul(void **state)
{
	static const char xml[] = "<Event>" PAYLOAD("x\0y") "</Event>";

	read_bytes(*state, xml, sizeof(xml) - 1);
	check_data(*state, "{\"a\":\"x\\u0000y\"}");
}

static void test_lone_surrogates(void **state)
{
	check_content(state, PAYLOAD("a\xED\xA0\x80z\xED\xBF\xBF"),
		      "{\"a\":\"a\\udbf6\\udc00z\\udbf7\\udfff\"}");
	/* A real character where the stand-ins live. */
	check_content(state, PAYLOAD("\xF4\x8D\xA0\x80"),
		      "{\"a\":\"\\udbf6\\udff6\\udbf7\\udc00\"}");
}

static void test_line_ends(void **state)
{
	check_content(state, PAYLOAD("a\r\nb\rc\nd\te"), "{\"a\":\"a\\r\\nb\\rc\\nd\\te\"}");
}

static void test_invalid_utf8(void **state)
{
	check_content(state, PAYLOAD("a\xFF\x80z"), "{\"a\":\"a\xEF\xBF\xBD\xEF\xBF\xBDz\"}");
}

static void check_refused(struct fixture *fixture, const char *xml)
{
	char *reason = NULL;

	event_clear(&fixture->event);
	assert_false(event_xml_read(fixture->reader, &fixture->event, xml, strlen(xml), &reason));
	assert_non_null(reason);
	g_free(reason);
}

static void test_refused(void **state)
{
	GString *deep = g_string_new(NULL);

	check_refused(*state, "");
	check_refused(*state, "<Event>");
	check_refused(*state, "<Event></System></Event>");
	check_refused(*state, "<!DOCTYPE Event [<!ENTITY a \"b\">]><Event>&amp;</Event>");
	for (int i = 0; i < 1000; i++)
		g_string_append(deep, "<a>");
	for (int i = 0; i < 1000; i++)
		g_string_append(deep, "</a>");
	check_refused(*state, deep->str);
	g_string_free(deep, TRUE);
}

/* Reading a line back and writing it again gives the same line. */
static void check_round_trip(struct fixture *fixture, const char *line)
{
	GString *again = g_string_new(NULL);
	char *reason = NULL;

	if (!event_from_json(&fixture->event, line, strlen(line), &reason))
		fail_msg("%s", reason);
	event_append_json(&fixture->event, NULL, again);
	assert_string_equal(line_without_id(again->str), line);
	g_string_free(again, TRUE);
}

static void test_json_round_trip(void **state)
{
	check_round_trip(*state, "{\"kind\":\"event\",\"data\":{},\"source\":{}}\n");
	check_round_trip(
		*state,
		"{\"kind\":\"event\",\"time\":\"2024-03-01T10:20:30.1234567Z\",\"host\":\"H\","
		"\"channel\":\"C\",\"provider\":\"P\",\"event_id\":0,\"record_id\":7,"
		"\"user_sid\":\"S-1-5-18\",\"process_id\":4294967295,\"data_type\":\"T\","
		"\"data\":{\"a\":\"\\u0000\\u001b\\udbf6\\udc00\xF0\x9F\x98\x80\","
		"\"b\":[\"1\",\"\"],\"Data\":[\"x\"]},"
		"\"source\":{\"path\":\"p\",\"entry\":\"e\",\"offset\":9007199254740993,"
		"\"header_record_id\":9}}\n");
	check_round_trip(*state, "{\"kind\":\"event\",\"data\":{},\"source\":{\"path\":\"p\","
				 "\"offset\":1,\"header_record_id\":2,\"recovered\":true}}\n");
	check_round_trip(*state, "{\"kind\":\"event\",\"data\":{},\"source\":{\"path\":\"p\","
				 "\"via\":\"lines\",\"offset\":1,\"header_record_id\":2,"
				 "\"claimed\":true}}\n");
	check_round_trip(*state, "{\"kind\":\"event\",\"data\":{},\"source\":{\"via\":\"v\"}}\n");
}

static void check_bad_line(struct fixture *fixture, const char *line, const char *part)
{
	char *reason = NULL;

	assert_false(event_from_json(&fixture->event, line, strlen(line), &reason));
	if (!strstr(reason, part))
		fail_msg("\"%s\" says nothing of \"%s\"", reason, part);
	g_free(reason);
}

static void test_bad_lines(void **state)
{
	check_bad_line(*state, "{", "not JSON");
	check_bad_line(*state, "[]", "kind");
	check_bad_line(*state, "{\"kind\":\"event\"}", "without data");
	check_bad_line(*state, "{\"kind\":\"subscription\",\"data\":{}}", "kind");
	check_bad_line(*state, "{\"kind\":\"event\",\"data\":{\"a\":1}}", "neither text nor");
	check_bad_line(*state, "{\"kind\":\"event\",\"data\":{\"a\":[[]]}}", "neither text nor");
	check_bad_line(*state, "{\"kind\":\"event\",\"data\":{\"a\":\"\xFF\"}}", "not JSON");
	check_bad_line(*state, "{\"kind\":\"event\",\"data\":[]}", "data is no object");
}

/* Whatever is wrong with a member that is known, the line says so and no event comes of it. */
static void test_bad_members(void **state)
{
	static const struct {
		const char *member, *reason;
	} lines[] = {
		{"\"event_id\":20.0", "event_id is no whole number from 0 to 2^32-1"},
		{"\"event_id\":4294967296", "event_id is no whole number from 0 to 2^32-1"},
		{"\"event_id\":\"20x\"", "event_id is no whole number from 0 to 2^32-1"},
		{"\"process_id\":-1", "process_id is no whole number from 0 to 2^32-1"},
		{"\"record_id\":-1", "record_id is no whole number from 0 to 2^64-1"},
		{"\"record_id\":\"18446744073709551616\"",
		 "record_id is no whole number from 0 to 2^64-1"},
		{"\"record_id\":18446744073709551616",
		 "record_id is no whole number from 0 to 2^64-1"},
		{"\"record_id\":1e3", "record_id is no whole number from 0 to 2^64-1"},
		{"\"host\":7", "host is no text"},
		{"\"host\":[\"H\"]", "host is no text"},
		{"\"channel\":true", "channel is no text"},
		{"\"provider\":{}", "provider is no text"},
		{"\"user_sid\":false", "user_sid is no text"},
		{"\"data_type\":1", "data_type is no text"},
		{"\"time\":133537620301234567", "time is no time that can be read"},
		{"\"time\":\"yesterday\"", "time is no time that can be read"},
		{"\"time\":\"2024-02-30T00:00:00Z\"", "time is no time that can be read"},
		{"\"time\":\"\"", "time is no time that can be read"},
		{"\"partial\":1", "partial is neither true nor false"},
		{"\"operation\":1", "operation is no text"},
		{"\"filter\":\"F\"", "filter is no object"},
		{"\"source\":\"here\"", "source is no object"},
		{"\"source\":{\"path\":1}", "source.path is no text"},
		{"\"source\":{\"via\":1}", "source.via is no text"},
		{"\"source\":{\"offset\":-4}", "source.offset is no whole number from 0 to 2^64-1"},
		{"\"source\":{\"hidden\":\"true\"}", "source.hidden is neither true nor false"},
		{"\"host\":\"H\",\"host\":\"H\"", "host stands twice"},
		{"\"host\":\"H\",\"x\":\"\\u00zz\"",
		 "not JSON: an escape without four hexadecimal digits"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *line =
			g_strdup_printf("{\"kind\":\"event\",%s,\"data\":{}}", lines[i].member);
		struct fixture *fixture = *state;
		char *reason = NULL;

		assert_false(event_from_json(&fixture->event, line, strlen(line), &reason));
		assert_string_equal(reason, lines[i].reason);
		assert_int_equal(fixture->event.ref.time, 0);
		assert_null(fixture->event.host);
		g_free(reason);
	}
}

#define EVENT_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		EVENT_TEST(test_system),
		EVENT_TEST(test_first_element_wins),
		EVENT_TEST(test_event_data),
		EVENT_TEST(test_user_data),
		EVENT_TEST(test_other_sections),
		EVENT_TEST(test_ampersands),
		EVENT_TEST(test_control_characters),
		EVENT_TEST(test_nul),
		EVENT_TEST(test_lone_surrogates),
		EVENT_TEST(test_line_ends),
		EVENT_TEST(test_invalid_utf8),
		EVENT_TEST(test_refused),
		EVENT_TEST(test_json_round_trip),
		EVENT_TEST(test_bad_lines),
		EVENT_TEST(test_bad_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
