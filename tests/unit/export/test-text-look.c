/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "export/text_look.h"
#include "tests/unit/cmocka_test.h"

static const struct text_names json = {
	.host = "\"Computer\"",
	.channel = "\"Channel\"",
	.record_id = "\"EventRecordID\"",
	.times = {"\"SystemTime\""},
};

/* A copy without a byte after it, so that what is read beyond is noticed. */
static bool look(const struct text_names *names, const char *before_id, const char *text,
		 struct text_look *out)
{
	struct text_hints hints = {0};
	size_t size = strlen(text);
	g_autofree char *copy = g_malloc(size);
	bool first, again;

	memcpy(copy, text, size);
	first = text_look(names, &hints, before_id, copy, size, out);
	again = text_look(names, &hints, before_id, copy, size, out);
	assert_int_equal(first, again);
	return first;
}

static void test_json(void **state)
{
	struct text_look out;

	(void)state;
	assert_true(look(&json, "\"EventID\"",
			 "{\"System\":{\"EventID\" : 4688,\"SystemTime\":\"2024-01-01T00:00:00Z\","
			 "\"EventRecordID\":\"17\",\"Channel\":\"A\\/B\",\"Computer\":\"H\"}}",
			 &out));
	assert_string_equal(out.host, "H");
	assert_string_equal(out.channel, "A/B");
	assert_string_equal(out.time, "2024-01-01T00:00:00Z");
	assert_int_equal(out.event_id, 4688);
	assert_true(out.has_record_id);
	assert_int_equal(out.record_id, 17);
	assert_false(out.has_command_line);
	assert_true(look(&json, "\"EventID\"",
			 "{\"EventID\":{\"#attributes\":{\"Qualifiers\":1},\"#text\":7},"
			 "\"SystemTime\":1.5,\"Channel\":\"C\",\"Computer\":\"H\"}",
			 &out));
	assert_int_equal(out.event_id, 7);
	assert_false(out.has_record_id);
	/* A name that is no UTF-8 is left to who parses the record. */
	assert_true(look(&json, "\"EventID\"",
			 "{\"EventID\":7,\"SystemTime\":\"1\",\"Channel\":\"C\","
			 "\"Computer\":\"H\xc3\xa9\"}",
			 &out));
	assert_false(look(&json, "\"EventID\"",
			  "{\"EventID\":7,\"SystemTime\":\"1\",\"Channel\":\"C\","
			  "\"Computer\":\"H\xe9\"}",
			  &out));
}

/* Of names that stand several times the nearest to the id count: fields may be called so. */
static void test_near(void **state)
{
	g_autofree char *far = g_strnfill(2000, 'x');
	g_autofree char *text =
		g_strdup_printf("{\"EventData\":{\"Channel\":\"field\",\"Text\":\"\\\"Computer\\\":"
				"\\\"no\\\" %s\"},"
				"\"System\":{\"Channel\":\"C\",\"Computer\":\"H\",\"EventID\":1,"
				"\"SystemTime\":\"2024-01-01T00:00:00Z\"}}",
				far);
	struct text_look out;

	(void)state;
	assert_true(look(&json, "\"EventID\"", text, &out));
	assert_string_equal(out.channel, "C");
	assert_string_equal(out.host, "H");
}

/* What is cut off, or spelled with escapes, is left to who parses it. */
static void test_unclear(void **state)
{
	static const char *const texts[] = {
		"{\"EventID\":1,\"Channel\":\"C\",\"Computer\":\"H\\u0041\",\"SystemTime\":\"x\"}",
		"{\"EventID\":1,\"Channel\":\"C\",\"Computer\":\"H\"}",
		"{\"EventID\":[1],\"Channel\":\"C\",\"Computer\":\"H\",\"SystemTime\":\"x\"}",
		"{\"EventID\":99999,\"Channel\":\"C\",\"Computer\":\"H\",\"SystemTime\":\"x\"}",
		"{\"Channel\":\"C\",\"Computer\":\"H\",\"SystemTime\":\"x\"}",
		"{\"EventID\":1,\"Channel\":\"C\",\"SystemTime\":\"x\",\"Computer\":\"H",
		"{\"Channel\":\"C\",\"SystemTime\":\"x\",\"Computer\":\"H\",\"EventID\"",
	};
	struct text_look out;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		assert_false(look(&json, "\"EventID\"", texts[i], &out));
}

static bool has_command_line(const char *rest)
{
	g_autofree char *text =
		g_strconcat("{\"EventID\":4688,\"Channel\":\"C\",\"Computer\":\"H\","
			    "\"SystemTime\":\"x\",",
			    rest, NULL);
	struct text_look out;

	assert_true(look(&json, "\"EventID\"", text, &out));
	return out.has_command_line;
}

static void test_command_lines(void **state)
{
	(void)state;
	assert_true(has_command_line("\"CommandLine\":\"a\"}"));
	assert_true(has_command_line("\"commandLine\": \"\\\"a\\\"\"}"));
	assert_false(has_command_line("\"CommandLine\":\"\"}"));
	assert_false(has_command_line("\"CommandLine\":null}"));
	assert_true(has_command_line("\\\"@Name\\\":\\\"CommandLine\\\",\\\"#text\\\":\\\"a\\\"}"));
	assert_false(has_command_line("\\\"@Name\\\":\\\"CommandLine\\\",\\\"#text\\\":\\\"\\\"}"));
	assert_false(has_command_line("\\\"@Name\\\":\\\"CommandLine\\\"}"));
	assert_true(has_command_line("<Data Name='CommandLine'>a</Data>"));
	assert_false(has_command_line("<Data Name='CommandLine'></Data>"));
	assert_true(has_command_line("\"Message\":\"Process Command Line:\\t\\ta\\r\\n\"}"));
	assert_false(has_command_line("\"Message\":\"Process Command Line:\\t\\t\\r\\n\"}"));
	assert_false(has_command_line("\"Message\":\"CommandLine: \",\"Opcode\":\"x\"}"));
}

static void test_classic(void **state)
{
	static const struct text_names classic = {
		.host = "\nComputerName=",
		.channel = "\nLogName=",
		.record_id = "\nRecordNumber=",
		.times = {""},
	};
	struct text_look out;

	(void)state;
	assert_true(look(&classic, "EventCode=",
			 "01/02/2024 03:04:05 AM\r\nLogName=Security\r\nEventCode=1\r\n"
			 "ComputerName=H.x\r\nRecordNumber=5\r\nMessage=m\r\n",
			 &out));
	assert_string_equal(out.time, "01/02/2024 03:04:05 AM");
	assert_string_equal(out.host, "H.x");
	assert_string_equal(out.channel, "Security");
	assert_int_equal(out.record_id, 5);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),	cmocka_unit_test(test_near),
		cmocka_unit_test(test_unclear), cmocka_unit_test(test_command_lines),
		cmocka_unit_test(test_classic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
