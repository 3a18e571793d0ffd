/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "event/event_json.h"
#include "tests/support/event_json_reference.h"
#include "tests/unit/cmocka_test.h"

static int set_up(void **state)
{
	struct event *event = g_new0(struct event, 1);

	event_init(event);
	*state = event;
	return 0;
}

static int tear_down(void **state)
{
	event_release(*state);
	g_free(*state);
	return 0;
}

static void check_refused(struct event *event, const char *line, const char *reason)
{
	g_autofree char *said = NULL;

	assert_false(event_from_json(event, line, strlen(line), &said));
	assert_string_equal(said, reason);
	assert_int_equal(event->fields->len, 0);
}

static void check_read(struct event *event, const char *line)
{
	char *reason = NULL;

	if (!event_from_json(event, line, strlen(line), &reason))
		fail_msg("%s: %s", line, reason);
}

#define LINE(members) "{\"kind\":\"event\",\"data\":{}," members "}"

static void test_wrong_types(void **state)
{
	check_refused(*state, LINE("\"event_id\":20.0"),
		      "event_id is no whole number from 0 to 2^32-1");
	check_refused(*state, LINE("\"event_id\":-1"),
		      "event_id is no whole number from 0 to 2^32-1");
	check_refused(*state, LINE("\"event_id\":\"x\""),
		      "event_id is no whole number from 0 to 2^32-1");
	check_refused(*state, LINE("\"event_id\":4294967296"),
		      "event_id is no whole number from 0 to 2^32-1");
	check_refused(*state, LINE("\"record_id\":18446744073709551616"),
		      "record_id is no whole number from 0 to 2^64-1");
	check_refused(*state, LINE("\"host\":5"), "host is no text");
	check_refused(*state, LINE("\"time\":\"soon\""), "time is no time that can be read");
	check_refused(*state, LINE("\"time\":5"), "time is no time that can be read");
	check_refused(*state, LINE("\"partial\":1"), "partial is neither true nor false");
	check_refused(*state, LINE("\"source\":\"a.evtx\""), "source is no object");
	check_refused(*state, LINE("\"source\":{\"path\":1}"), "source.path is no text");
	check_refused(*state, "{\"kind\":\"event\",\"data\":[]}", "data is no object");
	check_refused(*state, "{\"kind\":\"event\",\"data\":{\"a\":null}}",
		      "a data field is neither text nor a list of text");
}

static void test_twice(void **state)
{
	check_refused(*state, LINE("\"host\":\"a\",\"host\":\"a\""), "host stands twice");
	check_refused(*state, LINE("\"host\":\"a\",\"ho\\u0073t\":\"b\""), "host stands twice");
	check_refused(*state, LINE("\"data\":{}"), "data stands twice");
	check_refused(*state, LINE("\"source\":{\"path\":\"a\",\"path\":\"b\"}"),
		      "source.path stands twice");
	check_refused(*state, "{\"kind\":\"event\",\"data\":{\"a\":[],\"b\":\"\",\"a\":\"x\"}}",
		      "a data field stands twice");
	check_read(*state, LINE("\"mine\":{\"a\":1,\"a\":2}"));
}

static void test_any_order(void **state)
{
	const struct event *event = *state;

	check_read(*state, " {\"mine\" : [ 1e999, {\"a\":[]} ] ,\"source\":{\"offset\":7},"
			   "\"host\":null,\"event_id\":\"20\",\"data\":{\"Data\":[\"a\",\"b\"]},"
			   "\"record_id\":18446744073709551615, \"kind\":\"event\" } \r\n");
	assert_null(event->host);
	assert_int_equal(event->ref.event_id, 20);
	assert_int_equal(event->ref.offset, 7);
	assert_true(event->ref.record_id == UINT64_MAX);
	assert_int_equal(event->fields->len, 2);
	assert_string_equal(g_array_index(event->fields, struct event_field, 1).name, "");
	assert_string_equal(g_array_index(event->fields, struct event_field, 1).value, "b");
}

/* A line whose member "mine" is `depth` lists inside each other. */
static GString *nest(unsigned depth)
{
	GString *line = g_string_new("{\"kind\":\"event\",\"data\":{},\"mine\":");

	for (unsigned i = 0; i < depth; i++)
		g_string_append_c(line, '[');
	for (unsigned i = 0; i < depth; i++)
		g_string_append_c(line, ']');
	g_string_append_c(line, '}');
	return line;
}

static void test_depth(void **state)
{
	/* The line is the first object. */
	GString *line = nest(WH_MAX_JSON_DEPTH - 1);
	GString *deeper = nest(WH_MAX_JSON_DEPTH);

	check_read(*state, line->str);
	check_refused(*state, deeper->str, "not JSON: objects and arrays nested too deep");
	g_string_free(line, TRUE);
	g_string_free(deeper, TRUE);
}

static GString *make_fields(unsigned count)
{
	GString *line = g_string_new("{\"kind\":\"event\",\"data\":{\"Data\":[\"\"");

	for (unsigned i = 1; i < count; i++)
		g_string_append(line, ",\"\"");
	g_string_append(line, "]}}");
	return line;
}

static void test_field_count(void **state)
{
	GString *line = make_fields(WH_MAX_EVENT_FIELDS);
	GString *longer = make_fields(WH_MAX_EVENT_FIELDS + 1);

	check_read(*state, line->str);
	check_refused(*state, longer->str, "the event has too many data fields");
	g_string_free(line, TRUE);
	g_string_free(longer, TRUE);
}

/* Lines that are changed at random below. */
static const char *const seeds[] = {
	"{\"kind\":\"event\",\"time\":\"2024-01-15T09:00:12.4100000Z\",\"host\":\"H\","
	"\"channel\":\"Microsoft-Windows-Sysmon/Operational\",\"provider\":\"P\",\"event_id\":20,"
	"\"record_id\":\"18446744073709551615\",\"user_sid\":\"S-1-5-18\",\"process_id\":3,"
	"\"partial\":true,\"data_type\":\"D\",\"data\":{\"Name\":\" \\\"x\\\"\",\"Data\":[\"a\","
	"\"b\"],\"T\":\"tab\\tnl\\nu\\u00e9\\ud83d\\ude00\\ud800\\u0000\\/\"},\"source\":{"
	"\"path\":\"/a/"
	"b.evtx\",\"entry\":\"c\",\"via\":\"l\",\"claimed\":true,\"offset\":4608,\"header_record_"
	"id\":9,"
	"\"hidden\":true,\"chimera\":false,\"recovered\":null}}",
	"{\"kind\":\"event\",\"operation\":\"created\",\"filter\":{},\"mine\":[1,-2,3.5e+7,true,"
	"false,null,{"
	"\"a\":"
	"{}},[]],\"data\":{\"K\xC3\xA9y\":\"\xF0\x9F\x98\x80 \xE2\x82\xAC\"},\"source\":{}}",
	"{\"data\":{\"a\":\"0123456789abcdef0123456789abcdef\\\\\"},\"kind\":\"event\"}\n",
};

static void mutate(GRand *random, GString *line)
{
	static const char bytes[] = "{}[],:\"\\u0dD8e+-.19 \n\ttrfna\x01\x7F\x80\xC3\xED\xF0\xFF";
	gsize at = (gsize)g_rand_int_range(random, 0, (gint32)line->len);
	gssize length = g_rand_int_range(random, 1, 9);
	char byte = bytes[g_rand_int_range(random, 0, sizeof(bytes))];

	switch (g_rand_int_range(random, 0, 4)) {
	case 0:
		line->str[at] = byte;
		break;
	case 1:
		g_string_insert_c(line, (gssize)at, byte);
		break;
	case 2:
		g_string_erase(line, (gssize)at, MIN(length, (gssize)(line->len - at)));
		break;
	default: {
		gsize from = (gsize)g_rand_int_range(random, 0, (gint32)line->len);
		g_autofree char *part =
			g_memdup2(line->str + from, MIN((gsize)length * 4, line->len - from));

		g_string_insert_len(line, (gssize)at, part,
				    MIN(length * 4, (gssize)(line->len - from)));
	}
	}
}

static void test_as_jansson(void **state)
{
	GRand *random = g_rand_new_with_seed(20);
	unsigned accepted = 0;

	for (unsigned i = 0; i < 60000; i++) {
		GString *line = g_string_new(seeds[i % G_N_ELEMENTS(seeds)]);
		const char *difference;
		char *reason = NULL;

		for (gint32 n = g_rand_int_range(random, 0, 4); n > 0 && line->len; n--)
			mutate(random, line);
		difference = event_json_compare(line->str, line->len);
		if (difference) {
			for (gsize k = 0; k < line->len; k++)
				line->str[k] = line->str[k] ? line->str[k] : '@';
			fail_msg("%s: %s", difference, line->str);
		}
		accepted += event_from_json(*state, line->str, line->len, &reason);
		g_free(reason);
		g_string_free(line, TRUE);
	}
	/* Both sides are tried. */
	assert_in_range(accepted, 15000, 50000);
	g_rand_free(random);
}

#define JSON_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		JSON_TEST(test_wrong_types), JSON_TEST(test_twice),
		JSON_TEST(test_any_order),   JSON_TEST(test_depth),
		JSON_TEST(test_field_count), JSON_TEST(test_as_jansson),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
