/* SPDX-License-Identifier: Apache-2.0 */
#include "report/ecs.h"

#include <jansson.h>
#include <string.h>

#include "tests/support/report_sample.h"
#include "tests/unit/cmocka_test.h"

/* The document of a subscription, made known by `change`; the caller unrefs it. */
static json_t *print(void (*change)(struct subscription *, struct finding *))
{
	struct subscription *subscription =
		sample_subscription(sample_filter("F", "q"), sample_consumer("C", "run"));
	struct finding finding = sample_finding(subscription);
	struct sample_report sample;
	g_autofree char *text = NULL;
	json_t *root;

	sample_report_init(&sample, "ecs", &(struct report_options){0});
	change(subscription, &finding);
	assert_true(report_add_finding(&sample.report, &finding));
	text = sample_report_end(&sample);
	assert_true(g_str_has_prefix(text, "{\"event\":{\"module\":\"wmihunt\","));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	finding_release(&finding);
	subscription_free(subscription);
	return root;
}

/* The text at a path of names with dots between them; "" where there is none. */
static const char *find(const json_t *root, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, ".", -1);
	const char *text;

	for (char **name = names; *name; name++)
		root = json_is_array(root) ? json_array_get(root, (size_t)atoi(*name))
					   : json_object_get(root, *name);
	text = json_string_value(root);
	return text ? text : "";
}

static void forget_time(struct subscription *subscription, struct finding *finding)
{
	(void)finding;
	subscription->first_seen = subscription->last_seen = 0;
}

static void test_no_time(void **state)
{
	json_t *root = print(forget_time);

	(void)state;
	assert_string_equal(find(root, "@timestamp"), "1970-01-01T00:00:00.0000000Z");
	assert_true(
		json_is_true(json_object_get(json_object_get(root, "wmihunt"), "time_unknown")));
	assert_string_equal(find(root, "event.start"), "");
	assert_string_equal(find(root, "event.kind"), "event");
	assert_null(json_object_get(root, "rule"));
	assert_null(json_object_get(root, "threat"));
	json_decref(root);
}

static void set_late_time(struct subscription *subscription, struct finding *finding)
{
	(void)finding;
	subscription->first_seen = subscription->last_seen = UINT64_MAX;
}

static void test_late_time(void **state)
{
	json_t *root = print(set_late_time);

	(void)state;
	assert_string_equal(find(root, "@timestamp"), "9999-12-31T23:59:59.9999999Z");
	assert_string_equal(find(root, "event.end"), "9999-12-31T23:59:59.9999999Z");
	json_decref(root);
}

static void add_creator_and_rules(struct subscription *subscription, struct finding *finding)
{
	static const char *const tags[] = {"attack.t1546.003", "attack.t1546", "attack.t1047",
					   "attack.persistence"};
	static GPtrArray list = {(gpointer *)tags, G_N_ELEMENTS(tags)};

	subscription->consumer->creator_sid = "S-1-5-21-1";
	subscription->consumer->creator = "DOMAIN\\some\\one";
	sample_add_match(finding, "A rule", LEVEL_HIGH)->tags = &list;
}

static void test_creator_and_rules(void **state)
{
	json_t *root = print(add_creator_and_rules);

	(void)state;
	assert_string_equal(find(root, "event.kind"), "alert");
	assert_string_equal(find(root, "user.id"), "S-1-5-21-1");
	assert_string_equal(find(root, "user.domain"), "DOMAIN");
	assert_string_equal(find(root, "user.name"), "some\\one");
	assert_string_equal(find(root, "related.user.0"), "DOMAIN\\some\\one");
	assert_string_equal(find(root, "threat.technique.id.0"), "T1546");
	assert_string_equal(find(root, "threat.technique.id.1"), "T1047");
	assert_string_equal(find(root, "threat.technique.id.2"), "");
	assert_string_equal(find(root, "threat.technique.subtechnique.id.0"), "T1546.003");
	assert_string_equal(find(root, "rule.name"), "A rule");
	json_decref(root);
}

static void make_known_good(struct subscription *subscription, struct finding *finding)
{
	add_creator_and_rules(subscription, finding);
	finding->known_good_id = "good";
}

/* What is vouched for is no alert. */
static void test_known_good(void **state)
{
	json_t *root = print(make_known_good);

	(void)state;
	assert_string_equal(find(root, "event.kind"), "event");
	assert_string_equal(find(root, "wmihunt.known_good"), "good");
	json_decref(root);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_late_time),
		cmocka_unit_test(test_creator_and_rules),
		cmocka_unit_test(test_known_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
