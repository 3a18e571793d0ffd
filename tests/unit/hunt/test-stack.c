/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "hunt/stack.h"
#include "report/stack_line.h"
#include "tests/support/line_without_id.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/report_sample.h"

struct fixture {
	struct stack *stack;
	GPtrArray *subscriptions; /* they must outlive the stack */
	struct finding finding;
};

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->stack = stack_new();
	fixture->subscriptions = g_ptr_array_new_with_free_func((GDestroyNotify)subscription_free);
	fixture->finding = sample_finding(NULL);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	stack_free(fixture->stack);
	g_ptr_array_unref(fixture->subscriptions);
	finding_release(&fixture->finding);
	g_free(fixture);
	return 0;
}

/* A subscription of that host, seen so many seconds after the first. */
static struct subscription *make(struct fixture *fixture, const char *host, unsigned seconds)
{
	struct subscription *subscription =
		sample_subscription(sample_filter("Tidy", "q"), sample_consumer("Tidy Up", "c"));

	subscription->host = sample_copy(host);
	sample_add_sighting(subscription, seconds);
	g_ptr_array_add(fixture->subscriptions, subscription);
	return subscription;
}

static void add_subscription(struct fixture *fixture, const char *key,
			     const struct subscription *subscription)
{
	fixture->finding.subscription = subscription;
	stack_add(fixture->stack, key, &fixture->finding);
}

static void add(struct fixture *fixture, const char *key, const char *host, unsigned seconds)
{
	add_subscription(fixture, key, make(fixture, host, seconds));
}

static void assert_order(const struct fixture *fixture, const char *keys)
{
	g_autoptr(GPtrArray) entries = stack_list(fixture->stack, 9);
	g_autoptr(GString) seen = g_string_new(NULL);

	for (guint i = 0; i < entries->len; i++)
		g_string_append(seen, ((const struct stack_entry *)entries->pdata[i])->key);
	assert_string_equal(seen->str, keys);
}

/* The only entry. */
static const struct stack_entry *only(const struct fixture *fixture)
{
	g_autoptr(GPtrArray) entries = stack_list(fixture->stack, 9);

	assert_int_equal(entries->len, 1);
	return entries->pdata[0];
}

static void test_rare_ones_first(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, "c", "WS-1", 0);
	add(fixture, "c", "WS-2", 9);
	add(fixture, "b", "WS-1", 1);
	add(fixture, "d", "WS-1", 2);
	add(fixture, "a", "WS-1", 1);
	assert_order(fixture, "dabc");
}

/* One host may have it under several names, and write its own in several ways. */
static void test_hosts_count_once(void **state)
{
	struct fixture *fixture = *state;
	const struct stack_entry *entry;
	g_autoptr(GPtrArray) hosts = NULL;

	add(fixture, "a", "ws-2", 5);
	add(fixture, "a", "WS-2", 3);
	add(fixture, "a", "WS-1", 7);
	add(fixture, "a", NULL, 7);
	entry = only(fixture);
	hosts = stack_names(entry->hosts);
	assert_int_equal(entry->subscriptions, 4);
	assert_int_equal(hosts->len, 3);
	assert_string_equal(hosts->pdata[0], "?");
	assert_string_equal(hosts->pdata[1], "WS-1");
	assert_string_equal(hosts->pdata[2], "WS-2");
	assert_int_equal(g_hash_table_size(entry->filter_names), 1);
}

static void test_times(void **state)
{
	struct fixture *fixture = *state;
	struct subscription *timeless = make(fixture, "WS-9", 0);
	const struct stack_entry *entry;

	timeless->first_seen = timeless->last_seen = 0;
	add_subscription(fixture, "a", timeless);
	assert_int_equal(only(fixture)->first_seen, 0);
	add(fixture, "a", "WS-1", 5);
	add(fixture, "a", "WS-2", 3);
	add(fixture, "a", "WS-3", 8);
	add_subscription(fixture, "a", timeless);
	entry = only(fixture);
	assert_string_equal(entry->earliest->host, "WS-2");
	assert_int_equal(entry->first_seen, entry->earliest->first_seen);
	assert_int_equal(entry->last_seen - entry->first_seen, 5 * 10000000);
}

static void test_the_highest_level(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, "a", "WS-1", 0);
	assert_null(only(fixture)->rule_title);
	sample_add_match(&fixture->finding, "Lower", LEVEL_INFORMATIONAL);
	add(fixture, "a", "WS-2", 0);
	assert_string_equal(only(fixture)->rule_title, "Lower");
	g_ptr_array_set_size(fixture->finding.matches, 0);
	sample_add_match(&fixture->finding, "Higher", LEVEL_HIGH);
	add(fixture, "a", "WS-3", 0);
	g_ptr_array_set_size(fixture->finding.matches, 0);
	sample_add_match(&fixture->finding, "Between", LEVEL_LOW);
	add(fixture, "a", "WS-4", 0);
	assert_string_equal(only(fixture)->rule_title, "Higher");
	assert_int_equal(only(fixture)->level, LEVEL_HIGH);
}

static char *line_of(const struct stack_entry *entry)
{
	GString *line = g_string_new(NULL);

	stack_line_append(entry, line);
	return g_string_free(line, FALSE);
}

/* One that no filter vouches for among many must not go under. */
static void test_known_good_are_all_or_none(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *all = NULL;
	g_autofree char *some = NULL;

	fixture->finding.known_good_id = "id-1";
	fixture->finding.known_good_title = "Fine";
	add(fixture, "a", "WS-1", 0);
	add(fixture, "a", "WS-2", 0);
	all = line_of(only(fixture));
	fixture->finding.known_good_id = fixture->finding.known_good_title = NULL;
	add(fixture, "a", "WS-3", 0);
	some = line_of(only(fixture));
	assert_non_null(strstr(all, "\"known_good\":{\"id\":\"id-1\",\"title\":\"Fine\"}"));
	assert_null(strstr(some, "known_good"));
}

static void test_line(void **state)
{
	struct fixture *fixture = *state;
	struct match *match = sample_add_match(&fixture->finding, "Runs \"c\"", LEVEL_MEDIUM);
	g_autofree char *line = NULL;

	match->rule_id = "id-7";
	add(fixture, "a", "WS-1", 0);
	add(fixture, "a", "WS-2", 1);
	line = line_of(only(fixture));
	assert_string_equal(
		line_without_id(line),
		"{\"kind\":\"stack\",\"hosts\":2,\"of_hosts\":9,\"host_names\":[\"WS-1\",\"WS-2\"],"
		"\"first_seen\":\"2024-05-06T07:08:09.1234567Z\","
		"\"last_seen\":\"2024-05-06T07:08:10.1234567Z\",\"subscriptions\":2,\"active\":2,"
		"\"namespace\":\"root\\\\subscription\","
		"\"filter\":{\"name\":\"Tidy\",\"query\":\"q\",\"sha256\":\""
		"43688c0061a7bb6292f1ac184df78a83e5c0842a5a8839850f8d536ae6e94991\"},"
		"\"consumer\":{\"class\":\"CommandLineEventConsumer\",\"name\":\"Tidy Up\","
		"\"properties\":{\"CommandLineTemplate\":\"c\"},\"sha256\":\""
		"34dafe8d618c5f50a51f78f1674349e9706e9cae032a91363d44f1beb16aa0cf\"},"
		"\"filter_names\":[\"Tidy\"],\"consumer_names\":[\"Tidy Up\"],"
		"\"parts\":[\"filter\",\"consumer\",\"binding\"],\"level\":\"medium\","
		"\"rule\":{\"id\":\"id-7\",\"title\":\"Runs \\\"c\\\"\"}}\n");
}

static void test_many_hosts(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *line = NULL;

	for (unsigned i = 0; i < 30; i++) {
		g_autofree char *host = g_strdup_printf("WS-%02u", i);

		add(fixture, "a", host, 0);
	}
	line = line_of(only(fixture));
	assert_non_null(strstr(line, "\"hosts\":30,"));
	assert_non_null(strstr(line, "\"WS-19\"],"));
	assert_null(strstr(line, "WS-20"));
}

static char *print_table(const struct fixture *fixture)
{
	const struct report_options options = {.content = REPORT_STACK};
	g_autoptr(GPtrArray) entries = stack_list(fixture->stack, 9);
	struct sample_report sample;

	sample_report_init(&sample, "table", &options);
	for (guint i = 0; i < entries->len; i++)
		assert_true(report_add_stack(&sample.report, entries->pdata[i]));
	return sample_report_end(&sample);
}

/* The rare one stands first, though its level is lower. */
static void test_table(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *text = NULL;

	sample_add_match(&fixture->finding, "Bad", LEVEL_HIGH);
	add(fixture, "a", "WS-1", 0);
	add(fixture, "a", "WS-2", 0);
	g_ptr_array_set_size(fixture->finding.matches, 0);
	add(fixture, "b", "WS-1", 1);
	text = print_table(fixture);
	/* clang-format off */
	assert_string_equal(text,
		"LEVEL  HOSTS               FIRST SEEN (UTC)     FILTER -> CONSUMER  RULE  WHAT IT RUNS\n"
		"-      1 of 9: WS-1        2024-05-06 07:08:10  Tidy -> Tidy Up     -     c\n"
		"high   2 of 9: WS-1, WS-2  2024-05-06 07:08:09  Tidy -> Tidy Up     Bad   c\n"
			    "\n2 distinct subscriptions (1 high) on 9 hosts\n");
	/* clang-format on */
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rare_ones_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hosts_count_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_times, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_highest_level, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_known_good_are_all_or_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_hosts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_table, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
