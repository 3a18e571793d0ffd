/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "map/line_key.h"
#include "map/log_line.h"
#include "tests/unit/cmocka_test.h"

static void assert_key(const char *host, const char *expected)
{
	g_autoptr(GString) line = g_string_new(NULL);

	line_key_append(host, line);
	assert_string_equal(line->str, expected);
	g_string_append(line, "{}");
	assert_int_equal(line_key_length(line->str, line->len), strlen(expected));
}

static void test_keys(void **state)
{
	(void)state;
	assert_key("WS-7.Lab.example", "ws-7.lab.example\t");
	assert_key("\xC3\x89", "\xC3\xA9\t");
	assert_key(NULL, "\t");
	assert_key("a\tb\nc\033[m", "a_b_c_[m\t");
	assert_key("{\"kind\":\"event\"}\\", "__kind_:_event___\t");
	assert_key("\xE2\x80\xAE", "_\t");
}

static void test_long_key(void **state)
{
	g_autofree char *name = g_strnfill(3 * WH_MAX_LINE_KEY, 'n');
	g_autoptr(GString) line = g_string_new(NULL);

	(void)state;
	line_key_append(name, line);
	assert_in_range(line->len, WH_MAX_LINE_KEY / 2, WH_MAX_LINE_KEY + 1);
	g_string_append(line, "{");
	assert_int_equal(line_key_length(line->str, line->len), line->len - 1);
}

static void test_what_is_no_key(void **state)
{
	static const char *const others[] = {"",    "{\"a\":\t{}}", "a\tb\t{}",
					     "a\t", "a {}",	    "a\n\t{}"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		assert_int_equal(line_key_length(others[i], strlen(others[i])), 0);
}

static uint64_t count_lines(const char *text)
{
	uint64_t count = 0;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

/* Names of one first label stay together. */
static void test_shares(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct log_facts facts;
	struct log_line line;
	size_t key;

	(void)state;
	log_facts_init(&facts);
	facts.ref.path = "a.evtx";
	log_facts_add(&facts, NULL, "System")->records = 1;
	log_facts_add(&facts, "A.example", "System")->records = 2;
	line_key_append_log(&facts, text);
	assert_int_equal(count_lines(text->str), 1);
	assert_true(g_str_has_prefix(text->str, "a.example\t{"));
	assert_null(strstr(text->str, "labels"));
	log_facts_add(&facts, "B", "System")->records = 3;
	log_facts_add(&facts, "a", "Security")->records = 4;
	g_string_truncate(text, 0);
	line_key_append_log(&facts, text);
	assert_int_equal(count_lines(text->str), 2);
	key = line_key_length(text->str, text->len);
	assert_true(log_line_read(&line, text->str + key, strcspn(text->str, "\n") - key));
	assert_int_equal(line.facts.labels, 2);
	assert_int_equal(line.facts.holdings->len, 2);
	assert_int_equal(log_facts_count_labels(&line.facts), 2);
	assert_int_equal(log_facts_count_labels(&facts), 2);
	log_line_release(&line);
	log_facts_release(&facts);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_long_key),
		cmocka_unit_test(test_what_is_no_key),
		cmocka_unit_test(test_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
