/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "map/log_line.h"
#include "tests/unit/cmocka_test.h"

static void fill(struct log_facts *facts)
{
	struct log_holding *holding;

	log_facts_init(facts);
	facts->ref.path = "C/a.evtx";
	facts->ref.entry = "b\n.evtx";
	facts->ref.offset = 4096;
	facts->has_header = facts->is_dirty = true;
	facts->chunks = 3;
	facts->read_errors = 2;
	facts->since = UINT64_C(132577344000000000);
	holding = log_facts_add(facts, "h\033[31m", "Security");
	holding->records = holding->process_starts = 7;
	holding->command_lines = 1;
	holding->from = holding->to = UINT64_C(132577344000000001);
	holding->first_id = 1;
	holding->last_id = UINT64_MAX;
	log_facts_add(facts, NULL, NULL)->records = 1;
}

static void assert_same_line(const struct log_facts *facts, const char *text)
{
	g_autoptr(GString) again = g_string_new(NULL);

	log_line_append(facts, false, again);
	assert_string_equal(again->str, text);
}

static void test_round_trip(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct log_facts facts;
	struct log_line line;

	(void)state;
	fill(&facts);
	log_line_append(&facts, false, text);
	assert_null(strchr(text->str, '\033'));
	assert_true(log_line_read(&line, text->str, text->len));
	assert_same_line(&line.facts, text->str);
	assert_true(line.facts.holdings->len == 2);
	log_line_release(&line);
	g_string_truncate(text, 0);
	log_line_append(&facts, true, text);
	assert_null(strstr(text->str, "a.evtx"));
	log_facts_release(&facts);
}

static void test_other_lines(void **state)
{
	static const char *const others[] = {
		"",
		"{",
		"[]",
		"{\"kind\":\"event\"}",
		"{\"kind\":7}",
		"{\"kind\":\"log\",\"kind\":\"log\"}",
	};
	struct log_line line;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		assert_false(log_line_read(&line, others[i], strlen(others[i])));
}

/* What is of the wrong kind is as if it were not there. */
static void test_wrong_members(void **state)
{
	const char *text =
		"{\"kind\":\"log\",\"dirty\":1,\"chunks\":-4,\"since\":\"soon\",\"holds\":"
		"[7,{\"host\":[],\"channel\":\"\",\"records\":\"x\"}],\"source\":[]}";
	const struct log_holding *holding;
	struct log_line line;

	(void)state;
	assert_true(log_line_read(&line, text, strlen(text)));
	assert_false(line.facts.is_dirty);
	assert_int_equal(line.facts.chunks, 0);
	assert_int_equal(line.facts.since, 0);
	assert_null(line.facts.ref.path);
	assert_int_equal(line.facts.holdings->len, 1);
	holding = line.facts.holdings->pdata[0];
	assert_null(holding->host);
	assert_null(holding->channel);
	assert_int_equal(holding->records, 0);
	log_line_release(&line);
}

static void test_bounds(void **state)
{
	g_autoptr(GString) text = g_string_new("{\"kind\":\"log\",\"holds\":[");
	struct log_line line;

	(void)state;
	for (unsigned i = 0; i < 2 * WH_MAX_LOG_HOLDINGS; i++)
		g_string_append(text, i ? ",{}" : "{}");
	g_string_append(text, "]}");
	assert_true(log_line_read(&line, text->str, text->len));
	assert_int_equal(line.facts.holdings->len, WH_MAX_LOG_HOLDINGS);
	log_line_release(&line);
}

/* Parts of a log give what the whole gives. */
static void test_merge(void **state)
{
	struct log_facts whole, part;
	struct log_holding *holding;

	(void)state;
	fill(&whole);
	fill(&part);
	((struct log_holding *)part.holdings->pdata[0])->from += 5;
	((struct log_holding *)part.holdings->pdata[0])->to += 9;
	log_facts_add(&part, "late", "System")->records = 4;
	log_facts_merge(&whole, &part);
	assert_int_equal(whole.chunks, 6);
	assert_int_equal(whole.read_errors, 4);
	assert_int_equal(whole.holdings->len, 3);
	holding = whole.holdings->pdata[0];
	assert_int_equal(holding->records, 14);
	assert_int_equal(holding->command_lines, 2);
	assert_true(holding->from == UINT64_C(132577344000000001));
	assert_true(holding->to == UINT64_C(132577344000000010));
	log_facts_release(&whole);
	log_facts_release(&part);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),    cmocka_unit_test(test_other_lines),
		cmocka_unit_test(test_wrong_members), cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_merge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
