/* SPDX-License-Identifier: Apache-2.0 */
#include "report/supertimeline.h"

#include <locale.h>
#include <string.h>

#include "event/filetime.h"
#include "tests/support/report_sample.h"
#include "tests/unit/cmocka_test.h"

static void add(struct sample_report *sample, const char *host, const char *consumer,
		unsigned seconds, enum rule_level level)
{
	struct subscription *subscription = sample_subscription(
		sample_filter("F|1", "q"), sample_consumer(consumer, "calc.exe"));
	struct finding finding = sample_finding(subscription);

	subscription->host = host;
	sample_add_sighting(subscription, seconds);
	sample_add_match(&finding, "Runs calc", level);
	assert_true(report_add_finding(&sample->report, &finding));
	finding_release(&finding);
	subscription_free(subscription);
}

static GStrv print(const char *format, bool reversed)
{
	struct sample_report sample;
	g_autofree char *text = NULL;

	sample_report_init(&sample, format, &(struct report_options){0});
	if (reversed)
		add(&sample, "B", "late", 9, LEVEL_HIGH);
	/* One event that two subscriptions have. */
	add(&sample, "A", "one", 2, LEVEL_LOW);
	add(&sample, "A", "two", 2, LEVEL_MEDIUM);
	if (!reversed)
		add(&sample, "B", "late", 9, LEVEL_HIGH);
	text = sample_report_end(&sample);
	return g_strsplit(text, "\n", -1);
}

/* Hosts in one order of time, an event once, with the highest of its levels. */
static void test_merged(void **state)
{
	g_auto(GStrv) lines = print("timesketch", false);
	g_auto(GStrv) reversed = print("timesketch", true);

	(void)state;
	assert_int_equal(g_strv_length(lines), 3);
	assert_non_null(strstr(lines[0], "\"computer_name\":\"A\""));
	assert_non_null(strstr(lines[0], "\"wmi_subscription\":\"F|1 → one; F|1 → two\""));
	assert_non_null(strstr(lines[0], "\"tag\":[\"medium\"]"));
	assert_non_null(strstr(lines[1], "\"computer_name\":\"B\""));
	assert_true(g_strv_equal((const char *const *)lines, (const char *const *)reversed));
}

static void test_times(void **state)
{
	g_auto(GStrv) lines = print("timesketch", false);
	g_auto(GStrv) body = print("bodyfile", false);

	(void)state;
	assert_non_null(strstr(lines[0], "\"datetime\":\"2024-05-06T07:08:11.123456+00:00\","
					 "\"timestamp\":1714979291123456,"));
	assert_true(g_str_has_suffix(body[0],
				     "|0|----------|0|0|0|1714979291|1714979291|1714979291|"
				     "1714979291"));
}

/* A name with what separates fields leaves eleven of them. */
static void test_body_fields(void **state)
{
	g_auto(GStrv) body = print("bodyfile", false);

	(void)state;
	assert_int_equal(g_strv_length(body), 3);
	for (unsigned i = 0; i < 2; i++) {
		g_auto(GStrv) fields = g_strsplit(body[i], "|", -1);

		assert_int_equal(g_strv_length(fields), 11);
		assert_non_null(strstr(fields[1], "F\\u007c1 → "));
	}
}

static void test_table(void **state)
{
	g_auto(GStrv) lines = print("timeline", false);

	(void)state;
	assert_int_equal(g_strv_length(lines), 4);
	assert_true(g_str_has_prefix(lines[0], "TIME (UTC)           HOST  WHAT"));
	assert_true(g_str_has_prefix(lines[1], "2024-05-06 07:08:11  A     registered"));
	assert_true(g_str_has_prefix(lines[2], "2024-05-06 07:08:18  B     registered"));
}

/* Times that other programs do not know stand at the end of those that they do. */
static void test_odd_times(void **state)
{
	static const struct {
		uint64_t time;
		const char *expected;
	} odd[] = {
		{1, "\"datetime\":\"1970-01-01T00:00:00.000000+00:00\",\"timestamp\":0,"},
		{UINT64_MAX, "\"datetime\":\"9999-12-31T23:59:59.999999+00:00\","
			     "\"timestamp\":253402300799999999,"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
		struct subscription *subscription = sample_subscription(NULL, NULL);
		struct finding finding = sample_finding(subscription);
		struct sample_report sample;
		g_autofree char *text = NULL;

		sample_add_sighting(subscription, 0);
		((struct sighting *)subscription->events->pdata[0])->ref.time = odd[i].time;
		sample_report_init(&sample, "timesketch", &(struct report_options){0});
		assert_true(report_add_finding(&sample.report, &finding));
		text = sample_report_end(&sample);
		assert_non_null(strstr(text, odd[i].expected));
		finding_release(&finding);
		subscription_free(subscription);
	}
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merged),	    cmocka_unit_test(test_times),
		cmocka_unit_test(test_body_fields), cmocka_unit_test(test_table),
		cmocka_unit_test(test_odd_times),
	};

	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
