/* SPDX-License-Identifier: Apache-2.0 */
#include "report/navigator.h"

#include <string.h>

#include "tests/support/report_sample.h"
#include "tests/unit/cmocka_test.h"

/* A finding on that host of a rule with these tags (with commas between them). */
static void add(struct sample_report *sample, const char *host, const char *tags,
		enum rule_level level, bool is_known)
{
	struct subscription *subscription = sample_subscription(NULL, NULL);
	struct finding finding = sample_finding(subscription);
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	g_auto(GStrv) texts = g_strsplit(tags, ",", -1);

	for (char **text = texts; *text; text++)
		g_ptr_array_add(list, *text);
	subscription->host = host;
	finding.known_good_id = is_known ? "good" : NULL;
	sample_add_match(&finding, "Rule \"one\"", level)->tags = list;
	assert_true(report_add_finding(&sample->report, &finding));
	finding_release(&finding);
	subscription_free(subscription);
}

static void assert_techniques(const char *text, const char *expected)
{
	const char *begin = strstr(text, "\"techniques\":");
	const char *end = strstr(text, ",\"gradient\":");
	g_autofree char *techniques = NULL;

	assert_true(begin && end);
	techniques = g_strndup(begin, (gsize)(end - begin));
	assert_string_equal(techniques, expected);
}

static void test_techniques(void **state)
{
	struct sample_report sample;
	g_autofree char *text = NULL;

	(void)state;
	sample_report_init(&sample, "navigator", &(struct report_options){0});
	add(&sample, "B", "attack.t1546.003,attack.persistence", LEVEL_LOW, false);
	add(&sample, "A", "ATTACK.T1546.003,attack.t1047", LEVEL_HIGH, false);
	add(&sample, "C", "attack.t1047", LEVEL_CRITICAL, true);
	text = sample_report_end(&sample);
	assert_techniques(
		text, "\"techniques\":["
		      "{\"techniqueID\":\"T1047\",\"score\":80,\"comment\":\"high; 1 host: A; "
		      "1 rule: Rule \\\"one\\\"\",\"enabled\":true},"
		      "{\"techniqueID\":\"T1546.003\",\"score\":80,\"comment\":\"high; 2 hosts: A, "
		      "B; 1 rule: Rule \\\"one\\\"\",\"enabled\":true}]");
}

/* What looks like a technique and is none. */
static void test_other_tags(void **state)
{
	struct sample_report sample;
	g_autofree char *text = NULL;

	(void)state;
	sample_report_init(&sample, "navigator", &(struct report_options){0});
	add(&sample, "A",
	    "attack.t154,attack.t15461,attack.t1546.03,attack.t1546x003,attack.t1546.0034,"
	    "attack.s0194,attack.,attack.tabcd,cve.t1546,t1546",
	    LEVEL_HIGH, false);
	text = sample_report_end(&sample);
	assert_techniques(text, "\"techniques\":[]");
}

/* A long list of hosts says how many there are. */
static void test_many_hosts(void **state)
{
	struct sample_report sample;
	g_autofree char *text = NULL;

	(void)state;
	sample_report_init(&sample, "navigator", &(struct report_options){0});
	for (unsigned i = 10; i < 30; i++) {
		g_autofree char *host = g_strdup_printf("H%u", i);

		add(&sample, host, "attack.t1047", LEVEL_INFORMATIONAL, false);
	}
	text = sample_report_end(&sample);
	assert_non_null(strstr(text, "\"score\":20,\"comment\":\"informational; 20 hosts: H10, "));
	assert_non_null(strstr(text, " H19, …; 1 rule: "));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_techniques),
		cmocka_unit_test(test_other_tags),
		cmocka_unit_test(test_many_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
