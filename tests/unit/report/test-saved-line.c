/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of hunt that are read back. That all of real ones is kept: tests/invariants.sh. */
#include "report/saved_line.h"

#include <string.h>

#include "report/jsonl.h"
#include "tests/support/report_sample.h"
#include "tests/support/line_without_id.h"
#include "tests/unit/cmocka_test.h"

#define MATCHES "\"matches\":[{\"title\":\"T\",\"level\":\"high\",\"fields\":[]}]"
#define SUBSCRIPTION "{\"kind\":\"subscription\","
#define REST "\"state\":\"active\",\"parts\":[],\"sightings\":0,\"events\":[],\"matches\":[]}"

static struct rule_set *rules;
static struct saved_lines *lines;

static int set_up(void **state)
{
	(void)state;
	rules = rule_set_new();
	lines = saved_lines_new(rules);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	saved_lines_free(lines);
	rule_set_free(rules);
	return 0;
}

static const struct saved_line *read_line(const char *text)
{
	const char *reason;
	const struct saved_line *line = saved_lines_read(lines, text, strlen(text), &reason);

	if (!line)
		print_error("%s\n", reason);
	assert_non_null(line);
	return line;
}

/* What is written of it again is the line. */
static void assert_kept(const char *text)
{
	const struct saved_line *line = read_line(text);
	struct report_options options = {0};
	struct sample_report sample;
	g_autofree char *out = NULL;

	sample_report_init(&sample, "jsonl", &options);
	if (line->kind == SAVED_COVERAGE)
		report_add_coverage(&sample.report, &line->coverage);
	else
		report_add_finding(&sample.report, &line->finding);
	out = sample_report_end(&sample);
	assert_true(g_str_has_suffix(out, "\n"));
	out[strlen(out) - 1] = '\0';
	assert_string_equal(line_without_id(out), text);
}

static void assert_refused(const char *text, const char *expected)
{
	const char *reason = NULL;

	assert_null(saved_lines_read(lines, text, strlen(text), &reason));
	assert_string_equal(reason, expected);
}

static void test_values(void **state)
{
	(void)state;
	assert_kept(SUBSCRIPTION REST);
	assert_kept(SUBSCRIPTION
		    "\"consumer\":{\"class\":\"C\",\"properties\":{\"A\":\"x\",\"B\":-7,\"C\":1.50,"
		    "\"D\":true,\"E\":[1,\"2\",[]],\"F\":{\"class\":\"I\",\"G\":false}}}," REST);
	/* A lone surrogate and U+0000 stay what they are. */
	assert_kept(SUBSCRIPTION "\"filter\":{\"name\":\"a\\u0000\\u202e\"}," REST);
}

/* What is shown for a subscription, and links of which only names are known. */
static void test_evidence(void **state)
{
	static const char text[] =
		"{\"kind\":\"evidence\",\"time\":\"2024-05-06T07:08:09.1234567Z\","
		"\"evidence\":\"other\",\"count\":3,\"last\":\"2024-05-06T07:09:00.0000000Z\","
		"\"process\":{\"process_id\":7,\"image\":\"a.exe\"},\"related\":true," MATCHES
		",\"links\":[{\"filter_name\":\"F\",\"why\":\"near\"}],\"data\":{\"a\":\"b\"},"
		"\"source\":{}}";
	const struct saved_line *line;
	g_autoptr(GString) level = g_string_new(text);

	(void)state;
	g_string_replace(level, "\"matches\"", "\"level\":\"high\",\"matches\"", 1);
	assert_kept(level->str);
	line = read_line(level->str);
	assert_true(line->finding.is_related);
	assert_string_equal(line->finding.evidence->image, "a.exe");
	/* Nothing is left of it. */
	assert_false(read_line(SUBSCRIPTION REST)->finding.is_related);
}

/* What stands among the sightings is one of them. */
static void test_contradiction(void **state)
{
	static const char event[] = "\"time\":\"2024-05-06T07:08:09.0000000Z\",\"event_id\":21,"
				    "\"operation\":\"deleted\",\"source\":{}";
	g_autofree char *text = g_strdup_printf(
		SUBSCRIPTION "\"state\":\"active\",\"contradicted_by\":[{\"says\":\"deleted\",%s}],"
			     "\"parts\":[],\"sightings\":1,\"events\":[{%s}],\"matches\":[]}",
		event, event);
	const struct contradiction *contradiction;
	const struct subscription *subscription;

	(void)state;
	assert_kept(text);
	subscription = read_line(text)->finding.subscription;
	contradiction = subscription->contradictions->pdata[0];
	assert_ptr_equal(contradiction->sighting, subscription->events->pdata[0]);
}

/* An id that a line has is kept, and one that it has not is made. */
static void test_ids(void **state)
{
	static const char id[] = "00112233-4455-8677-8899-aabbccddeeff";
	g_autofree char *of_subscription = g_strdup_printf(SUBSCRIPTION "\"id\":\"%s\"," REST, id);
	g_autofree char *of_link = g_strdup_printf(
		"{\"kind\":\"evidence\",\"id\":\"%s\",\"evidence\":\"other\"," MATCHES
		",\"links\":[{\"id\":\"%s\",\"why\":\"near\"}],\"data\":{}}",
		id, id);
	const struct evidence_link *link;
	const struct finding *finding;

	(void)state;
	assert_string_equal(read_line(of_subscription)->finding.subscription->id.text, id);
	assert_true(line_id_is_valid(read_line(SUBSCRIPTION REST)->finding.subscription->id.text));
	finding = &read_line(of_link)->finding;
	assert_string_equal(finding->evidence->id.text, id);
	link = finding->evidence->links->pdata[0];
	assert_string_equal(link->subscription->id.text, id);
	assert_refused(SUBSCRIPTION "\"id\":\"<b>\"," REST, "id is no UUID of this program");
}

static void test_refused(void **state)
{
	(void)state;
	assert_refused("", "not JSON: it ends where a value must stand");
	assert_refused("{\"kind\":\"stack\"}", "the line is none that hunt writes");
	assert_refused("{\"kind\":7}", "kind is no text");
	assert_refused(SUBSCRIPTION REST "x", "not JSON: something follows its end");
	assert_refused(SUBSCRIPTION "\"host\":1," REST, "host is no text");
	assert_refused("{\"kind\":\"subscription\"}", "state is missing");
	assert_refused(SUBSCRIPTION "\"first_seen\":\"soon\"," REST,
		       "first_seen is no time that can be read");
	assert_refused(
		"{\"kind\":\"correlation\",\"title\":\"T\",\"count\":1,\"events\":[]," MATCHES "}",
		"events is empty");
	assert_refused("{\"kind\":\"coverage\",\"host\":\"H\",\"covered\":\"yes\",\"logs\":["
		       "{\"channel\":\"Other\",\"state\":\"read\"}],\"blind\":[]}",
		       "channel is no word that is known");
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),	      cmocka_unit_test(test_evidence),
		cmocka_unit_test(test_contradiction), cmocka_unit_test(test_ids),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
