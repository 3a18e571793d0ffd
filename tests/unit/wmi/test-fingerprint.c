/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/cmocka_test.h"
#include "tests/support/report_sample.h"
#include "wmi/fingerprint.h"

static struct wmi_consumer *new_consumer(const char *name, const char *value)
{
	struct wmi_consumer *consumer = wmi_consumer_new(sample_arena());

	consumer->name = "C";
	sample_add_property(&consumer->properties, name, sample_text(MOF_STRING, value));
	return consumer;
}

/* Takes the consumer. */
static char *digest_of(struct wmi_consumer *consumer)
{
	char *digest = consumer_fingerprint(consumer);

	return digest;
}

/* Takes both. */
static void assert_differ(struct wmi_consumer *one, struct wmi_consumer *other)
{
	g_autofree char *first = digest_of(one);
	g_autofree char *second = digest_of(other);

	assert_non_null(first);
	assert_non_null(second);
	assert_string_not_equal(first, second);
}

/* Takes both. */
static void assert_same(struct wmi_consumer *one, struct wmi_consumer *other)
{
	g_autofree char *first = digest_of(one);
	g_autofree char *second = digest_of(other);

	assert_non_null(first);
	assert_string_equal(first, second);
}

static struct wmi_consumer *with(struct wmi_consumer *consumer, const char *name,
				 struct mof_value *value)
{
	sample_add_property(&consumer->properties, name, value);
	return consumer;
}

/* Baselines of years ago must still hold: these were computed once, by other means
 * (printf '…' | sha256sum), and never change. */
static void test_values_are_for_ever(void **state)
{
	struct wmi_filter *filter = sample_filter("F", "SELECT * FROM x");
	struct wmi_consumer *consumer = with(new_consumer("ScriptText", "a()"), "KillTimeout",
					     sample_text(MOF_NUMBER, "3"));
	g_autofree char *of_filter = NULL;
	g_autofree char *of_consumer = digest_of(consumer);

	(void)state;
	filter->event_namespace = "root\\cimv2";
	of_filter = filter_fingerprint(filter);
	assert_string_equal(of_filter,
			    "6c3cf4526af74e84d278c86fac6316bb9c320c6ff199419b6ce0d4296aaac21f");
	assert_string_equal(of_consumer,
			    "0e8fdd12eaf62bca51c9561b3065127ff8b911731204d49698fffead12473b02");
}

static void test_what_does_not_count(void **state)
{
	struct wmi_consumer *renamed = new_consumer("SCRIPTTEXT", "a()");

	(void)state;
	renamed->name = "Other";
	renamed->class_name = "ActiveScriptEventConsumer";
	renamed->creator_sid = "S-1-5-18";
	assert_same(new_consumer("ScriptText", "a()"), renamed);
	assert_same(with(new_consumer("A", "1"), "B", sample_text(MOF_STRING, "2")),
		    with(new_consumer("B", "2"), "A", sample_text(MOF_STRING, "1")));
}

static struct mof_value *cut_text(const char *text)
{
	struct mof_value *value = sample_text(MOF_STRING, text);

	value->cut = true;
	return value;
}

static struct mof_value *instance_with(const char *class_name, const char *name, const char *text)
{
	struct mof_value *value = sample_instance(class_name);

	sample_add_property(&value->instance->properties, name, sample_text(MOF_STRING, text));
	return value;
}

#define ONE(value) with(wmi_consumer_new(sample_arena()), "P", value)

static void test_what_counts(void **state)
{
	(void)state;
	assert_differ(new_consumer("ScriptText", "a()"), new_consumer("ScriptText", "b()"));
	assert_differ(new_consumer("ScriptText", "a()"), new_consumer("ScriptText", "A()"));
	assert_differ(new_consumer("ScriptText", "a()"), new_consumer("ScriptText", "a() "));
	assert_differ(new_consumer("ScriptText", "a\r\nb"), new_consumer("ScriptText", "a\nb"));
	assert_differ(new_consumer("ScriptText", "a()"), new_consumer("ScriptFile", "a()"));
	assert_differ(new_consumer("P", "x"),
		      with(new_consumer("P", "x"), "Q", sample_text(MOF_STRING, "")));
	assert_differ(ONE(sample_text(MOF_STRING, "1")), ONE(sample_text(MOF_NUMBER, "1")));
	assert_differ(ONE(sample_text(MOF_STRING, "true")), ONE(sample_text(MOF_BOOLEAN, "true")));
	assert_differ(ONE(sample_text(MOF_STRING, "1")), ONE(cut_text("1")));
	assert_differ(ONE(sample_text(MOF_STRING, "1")), ONE(sample_array(MOF_STRING, "1", NULL)));
	assert_differ(ONE(sample_array(MOF_STRING, "a", "b", NULL)),
		      ONE(sample_array(MOF_STRING, "ab", NULL)));
	assert_differ(ONE(sample_array(MOF_STRING, "a", "b", NULL)),
		      ONE(sample_array(MOF_STRING, "b", "a", NULL)));
	assert_differ(ONE(instance_with("K", "a", "b")), ONE(instance_with("L", "a", "b")));
	assert_differ(ONE(instance_with("K", "a", "b")), ONE(instance_with("K", "a", "c")));
	/* Of a name that repeats, which value comes first. */
	assert_differ(with(new_consumer("P", "1"), "p", sample_text(MOF_STRING, "2")),
		      with(new_consumer("P", "2"), "p", sample_text(MOF_STRING, "1")));
}

static char *filter_digest(const char *name, const char *space, const char *query,
			   const char *language)
{
	struct wmi_filter *filter = sample_filter(name, query);
	char *digest;

	filter->event_namespace = g_strdup(space);
	filter->query_language = g_strdup(language);
	digest = filter_fingerprint(filter);
	return digest;
}

static void test_filters(void **state)
{
	g_autofree char *plain = filter_digest("F", "root\\cimv2", "select 1", "WQL");
	g_autofree char *renamed = filter_digest("G", "root\\cimv2", "select 1", "WQL");
	g_autofree char *elsewhere = filter_digest("F", "root\\wmi", "select 1", "WQL");
	g_autofree char *other = filter_digest("F", "root\\cimv2", "select  1", "WQL");
	g_autofree char *moved = filter_digest("F", NULL, "root\\cimv2", "WQL");
	g_autofree char *moved_on = filter_digest("F", "root\\cimv2", "WQL", NULL);

	(void)state;
	assert_string_equal(plain, renamed);
	assert_string_not_equal(plain, elsewhere);
	assert_string_not_equal(plain, other);
	assert_string_not_equal(moved, moved_on);
	assert_null(filter_digest("F", "root\\cimv2", NULL, "WQL"));
	assert_null(filter_digest("F", "root\\cimv2", "", "WQL"));
	assert_null(filter_fingerprint(NULL));
	assert_null(consumer_fingerprint(NULL));
	assert_null(digest_of(wmi_consumer_new(sample_arena())));
}

static struct subscription *bound(const char *query, const char *command)
{
	return sample_subscription(sample_filter("F", query), sample_consumer("C", command));
}

/* Takes the subscription. */
static char *exact(struct subscription *subscription)
{
	char *digest = subscription_fingerprint_exact(subscription);

	subscription_free(subscription);
	return digest;
}

static struct subscription *with_parts(struct subscription *subscription, unsigned parts)
{
	subscription->parts = parts;
	return subscription;
}

/* What is not known to its end must not vouch for what begins in the same way. */
static void test_exact_needs_everything(void **state)
{
	struct subscription *incomplete = bound("q", "c");

	(void)state;
	incomplete->incomplete = true;
	assert_null(exact(incomplete));
	assert_null(exact(bound(NULL, "c")));
	assert_null(exact(bound("q", NULL)));
	assert_null(exact(with_parts(bound("q", "c"), WMI_PART_BINDING)));
	assert_null(exact(with_parts(bound("q", "c"), WMI_PART_BINDING | WMI_PART_FILTER)));
	assert_null(exact(with_parts(bound("q", "c"), 0)));
	/* A lone part with a trace of the other. */
	assert_null(exact(with_parts(bound("q", "c"), WMI_PART_FILTER)));
}

static void test_exact(void **state)
{
	g_autofree char *plain = exact(bound("q", "c"));
	g_autofree char *again = exact(bound("q", "c"));
	g_autofree char *query = exact(bound("Q", "c"));
	g_autofree char *payload = exact(bound("q", "C"));
	g_autofree char *lone_filter = exact(
		with_parts(sample_subscription(sample_filter("F", "q"), NULL), WMI_PART_FILTER));
	g_autofree char *lone_consumer = exact(with_parts(
		sample_subscription(NULL, sample_consumer("C", "c")), WMI_PART_CONSUMER));
	struct subscription *elsewhere = bound("q", "c"), *cloned = bound("q", "c");
	g_autofree char *space = NULL;
	g_autofree char *class_name = NULL;

	(void)state;
	elsewhere->namespace = "Root\\subscription";
	space = exact(elsewhere);
	cloned->consumer->class_name = "XommandLineEventConsumer";
	class_name = exact(cloned);
	assert_string_equal(plain, again);
	assert_string_not_equal(plain, query);
	assert_string_not_equal(plain, payload);
	assert_string_not_equal(plain, space);
	assert_string_not_equal(plain, class_name);
	assert_string_not_equal(plain, lone_filter);
	assert_string_not_equal(lone_consumer, lone_filter);
}

/* Takes both. */
static bool are_alike(struct subscription *one, struct subscription *other)
{
	g_autofree char *consumer = consumer_fingerprint(one->consumer);
	g_autofree char *others = consumer_fingerprint(other->consumer);
	g_autofree char *first = subscription_fingerprint_alike(one, consumer);
	g_autofree char *second = subscription_fingerprint_alike(other, others);

	subscription_free(one);
	subscription_free(other);
	return strcmp(first, second) == 0;
}

static void test_alike(void **state)
{
	struct subscription *renamed = bound("q", "c"), *elsewhere = bound("q", "c");

	(void)state;
	renamed->filter->name = "Other";
	elsewhere->filter->event_namespace = "root\\wmi";
	assert_true(are_alike(bound("q", "c"), renamed));
	assert_true(are_alike(bound(" select *\r\n\tfrom X ", "c"), bound("SELECT * from x", "c")));
	assert_false(are_alike(bound("select *from x", "c"), bound("select * from x", "c")));
	assert_false(are_alike(bound("q", "c"), bound("q", "C")));
	assert_false(are_alike(bound("q", "c"), elsewhere));
	assert_false(are_alike(bound("q", "c"), with_parts(bound("q", "c"), WMI_PART_FILTER)));
}

/* Of what only names are known, they tell things apart. */
static void test_alike_without_content(void **state)
{
	struct subscription *one = bound(NULL, NULL), *other = bound(NULL, NULL);

	(void)state;
	assert_true(are_alike(bound(NULL, NULL), bound(NULL, NULL)));
	one->filter->name = "G";
	assert_false(are_alike(one, bound(NULL, NULL)));
	other->consumer->name = "D";
	assert_false(are_alike(other, bound(NULL, NULL)));
	/* A query that is called as the filter. */
	assert_false(are_alike(bound("f", "c"), bound(NULL, "c")));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_for_ever),
		cmocka_unit_test(test_what_does_not_count),
		cmocka_unit_test(test_what_counts),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_exact_needs_everything),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_alike_without_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
