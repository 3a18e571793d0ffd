/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cmocka_test.h"

#include <string.h>

#include "base/limits.h"
#include "correlation/load.h"
#include "correlation/state.h"
#include "hunt/rules.h"

#define SECOND 10000000ull
#define HEAD                                                                                       \
	"title: T\nid: 5a0e4a3e-3c3e-4a70-8d4c-6f6f1d1f2a01\nlevel: high\n"                        \
	"tags: [attack.t1047]\ncorrelation:\n"

struct fixture {
	GPtrArray *messages;
	GPtrArray *documents;
	struct correlation *correlation;
	struct correlation_state *state;
	GPtrArray *hits;
};

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	*state = fixture;
	return 0;
}

static void clear(struct fixture *fixture)
{
	g_clear_pointer(&fixture->hits, g_ptr_array_unref);
	correlation_state_free(fixture->state);
	fixture->state = NULL;
	correlation_free(fixture->correlation);
	fixture->correlation = NULL;
	g_clear_pointer(&fixture->documents, g_ptr_array_unref);
	g_ptr_array_set_size(fixture->messages, 0);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	clear(fixture);
	g_ptr_array_unref(fixture->messages);
	g_free(fixture);
	return 0;
}

/* The body stands under "correlation:". */
static bool load(struct fixture *fixture, const char *body)
{
	g_autofree char *text = g_strconcat(HEAD, body, NULL);
	struct lint lint = {.file = "c.yml", .messages = fixture->messages};

	clear(fixture);
	fixture->documents = yaml_parse(text, strlen(text), &lint);
	assert_int_equal(fixture->documents->len, 1);
	fixture->correlation = correlation_load(g_ptr_array_index(fixture->documents, 0), &lint);
	if (fixture->correlation)
		fixture->state = correlation_state_new(fixture->correlation);
	return fixture->correlation != NULL;
}

static bool add(struct fixture *fixture, uint64_t second, guint rule, const char *group,
		const char *value)
{
	const struct correlation_event event = {
		.time = second * SECOND,
		.rule = rule,
		.tag = second,
		.group = &group,
		.values = &value,
	};

	return correlation_state_add(fixture->state, &event);
}

static guint take(struct fixture *fixture)
{
	g_clear_pointer(&fixture->hits, g_ptr_array_unref);
	fixture->hits = correlation_state_take(fixture->state);
	return fixture->hits->len;
}

static const struct correlation_hit *get_hit(const struct fixture *fixture, guint index)
{
	assert_true(index < fixture->hits->len);
	return g_ptr_array_index(fixture->hits, index);
}

static void assert_span(const struct correlation_hit *hit, uint64_t first, uint64_t last,
			size_t events)
{
	assert_int_equal(hit->first, first * SECOND);
	assert_int_equal(hit->last, last * SECOND);
	assert_int_equal(hit->events, events);
}

static void what_is_written_is_read(void **state)
{
	struct fixture *fixture = *state;
	const struct correlation *correlation;
	const struct correlation_rule *rule;

	assert_true(load(fixture, "  type: temporal\n  rules: [first, second]\n"
				  "  group-by: [Address, User]\n  timespan: 90m\n  generate: true\n"
				  "  aliases:\n    Address:\n      first: SourceIp\n"));
	assert_int_equal(fixture->messages->len, 0);
	correlation = fixture->correlation;
	assert_int_equal(correlation->type, CORRELATION_TEMPORAL);
	assert_int_equal(correlation->level, LEVEL_HIGH);
	assert_int_equal(correlation->timespan, 5400 * SECOND);
	assert_true(correlation->generate);
	assert_true(correlation->condition.is_set[OPERATOR_GTE]);
	assert_true(correlation->condition.number[OPERATOR_GTE] == 2);
	rule = g_ptr_array_index(correlation->rules, 0);
	assert_string_equal(rule->name, "first");
	assert_string_equal(g_ptr_array_index(rule->group_fields, 0), "sourceip");
	assert_string_equal(g_ptr_array_index(rule->group_fields, 1), "user");
	rule = g_ptr_array_index(correlation->rules, 1);
	assert_string_equal(g_ptr_array_index(rule->group_fields, 0), "address");
}

#define COUNT "  type: event_count\n  rules: [a]\n  group-by: [Host]\n  timespan: 10s\n"

static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *body;
		const char *message;
		unsigned line;
		unsigned column;
	} wrong[] = {
		{"  type: near\n  rules: [a]\n  timespan: 1s\n",
		 "'type' must be event_count, value_count, value_sum, value_avg, temporal or "
		 "temporal_ordered",
		 6, 9},
		{"  type: value_percentile\n  rules: [a]\n  timespan: 1s\n",
		 "'value_percentile' is not supported: Sigma does not say which percentile it "
		 "asks for",
		 6, 9},
		{"  type: temporal\n  rules: []\n  timespan: 1s\n",
		 "'rules' must be a list of 1 to 64 ids or names", 7, 10},
		{"  type: temporal\n  rules: [a, a]\n  timespan: 1s\n", "the rule 'a' stands twice",
		 7, 14},
		{"  type: temporal\n  rules: [a]\n", "the correlation has no 'timespan'", 6, 3},
		{"  type: temporal\n  rules: [a]\n  timespan: 1w\n",
		 "'timespan' must be a number and s, m, h or d, like 90m", 8, 13},
		{"  type: temporal\n  rules: [a]\n  timespan: 99999999999999999999d\n",
		 "'timespan' must be a number and s, m, h or d, like 90m", 8, 13},
		{"  type: temporal\n  rules: [a]\n  timespan: 1s\n  window: 5\n",
		 "a correlation has no 'window'", 9, 3},
		{COUNT, "'event_count' needs gt, gte, lt, lte, eq or neq", 6, 3},
		{COUNT "  condition: {gte: many}\n", "'gte' needs a number", 10, 20},
		{COUNT "  condition: {above: 5}\n",
		 "a correlation's condition has field, gt, gte, lt, lte, eq and neq", 10, 15},
		{COUNT "  condition: {gte: 5, field: User}\n",
		 "'event_count' does not look at a field", 10, 14},
		{"  type: value_count\n  rules: [a]\n  timespan: 1s\n  condition: {gte: 5}\n",
		 "'value_count' needs a field in its condition", 9, 14},
		{"  type: value_sum\n  rules: [a]\n  timespan: 1s\n"
		 "  condition: {gte: 5, field: [a, b]}\n",
		 "'value_sum' looks at one field", 9, 14},
		{"  type: temporal\n  rules: [a]\n  timespan: 1s\n  group-by: [x]\n  aliases:\n"
		 "    x: {b: y}\n",
		 "'b' is not among the rules", 11, 9},
	};
	struct fixture *fixture = *state;

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		const struct rule_message *message;

		assert_false(load(fixture, wrong[i].body));
		assert_int_equal(fixture->messages->len, 1);
		message = g_ptr_array_index(fixture->messages, 0);
		assert_true(message->is_error);
		assert_string_equal(message->text, wrong[i].message);
		assert_int_equal(message->line, wrong[i].line);
		assert_int_equal(message->column, wrong[i].column);
	}
}

static void events_are_counted_in_sliding_windows(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, COUNT "  condition: {gte: 3}\n"));
	/* In no order; 8, 14, 18 lie within ten seconds, across a border of ten. */
	add(fixture, 18, 0, "A", NULL);
	add(fixture, 40, 0, "A", NULL);
	add(fixture, 8, 0, "a", NULL);
	add(fixture, 14, 0, "A", NULL);
	add(fixture, 29, 0, "A", NULL);
	assert_true(add(fixture, 15, 0, "B", NULL));
	assert_int_equal(take(fixture), 1);
	assert_span(get_hit(fixture, 0), 8, 18, 3);
	assert_true(get_hit(fixture, 0)->number == 3);
	assert_string_equal(g_ptr_array_index(get_hit(fixture, 0)->group, 0), "A");
	assert_int_equal(g_array_index(get_hit(fixture, 0)->tags, uint64_t, 1), 14);
	assert_int_equal(take(fixture), 0);
}

static void the_bound_of_the_timespan_counts(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, COUNT "  condition: {gt: 1}\n"));
	add(fixture, 100, 0, "A", NULL);
	add(fixture, 110, 0, "A", NULL);
	add(fixture, 121, 0, "A", NULL);
	assert_int_equal(take(fixture), 1);
	assert_span(get_hit(fixture, 0), 100, 110, 2);
}

static void windows_that_overlap_are_one_hit(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, COUNT "  condition: {gte: 2}\n"));
	for (uint64_t second = 0; second < 50; second += 5)
		add(fixture, second, 0, "A", NULL);
	for (uint64_t second = 100; second < 110; second += 5)
		add(fixture, second, 0, "A", NULL);
	assert_int_equal(take(fixture), 2);
	assert_span(get_hit(fixture, 0), 0, 45, 10);
	assert_span(get_hit(fixture, 1), 100, 105, 2);
}

static void fewer_means_a_window_that_cannot_be_widened(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, COUNT "  condition: {lt: 3}\n"));
	for (uint64_t second = 0; second < 5; second++)
		add(fixture, second, 0, "A", NULL);
	add(fixture, 60, 0, "A", NULL);
	assert_int_equal(take(fixture), 1);
	assert_span(get_hit(fixture, 0), 60, 60, 1);
	assert_true(load(fixture, COUNT "  condition: {gt: 1, lte: 4, neq: 3}\n"));
	for (uint64_t i = 0; i < 6; i++)
		for (uint64_t event = 0; event < i; event++)
			add(fixture, 100 * i + event, 0, "A", NULL);
	assert_int_equal(take(fixture), 2);
	assert_true(get_hit(fixture, 0)->number == 2);
	assert_true(get_hit(fixture, 1)->number == 4);
}

#define VALUES(type)                                                                               \
	"  type: " type "\n  rules: [a]\n  group-by: [Host]\n  timespan: 10s\n  condition: "

static void distinct_values_are_counted(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, VALUES("value_count") "{field: User, gte: 3}\n"));
	add(fixture, 1, 0, "A", "ann");
	add(fixture, 1, 0, "A", "ANN");
	add(fixture, 3, 0, "A", "bob");
	add(fixture, 4, 0, "A", NULL);
	add(fixture, 12, 0, "A", "cem");
	assert_int_equal(take(fixture), 0);
	add(fixture, 1, 0, "A", "ann");
	add(fixture, 3, 0, "A", "bob");
	add(fixture, 11, 0, "A", "cem");
	assert_int_equal(take(fixture), 1);
	assert_true(get_hit(fixture, 0)->number == 3);
}

static void values_are_summed_and_averaged(void **state)
{
	struct fixture *fixture = *state;

	assert_true(
		load(fixture, VALUES("value_sum") "{field: Bytes, gt: 18446744073709551000}\n"));
	add(fixture, 1, 0, "A", "18446744073709551000");
	add(fixture, 2, 0, "A", "many");
	assert_int_equal(take(fixture), 0);
	add(fixture, 1, 0, "A", "18446744073709551000");
	add(fixture, 2, 0, "A", "0x1");
	assert_int_equal(take(fixture), 1);
	assert_int_equal(get_hit(fixture, 0)->events, 2);
	assert_true(load(fixture, VALUES("value_avg") "{field: Bytes, eq: 2.5}\n"));
	add(fixture, 1, 0, "A", "2");
	add(fixture, 2, 0, "A", "3");
	add(fixture, 20, 0, "A", "3");
	assert_int_equal(take(fixture), 1);
	assert_span(get_hit(fixture, 0), 1, 2, 2);
}

#define SEVERAL(type) "  type: " type "\n  rules: [a, b, c]\n  group-by: [Host]\n  timespan: 10s\n"

static void temporal_takes_any_order(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, SEVERAL("temporal")));
	add(fixture, 1, 2, "A", NULL);
	add(fixture, 2, 0, "A", NULL);
	add(fixture, 12, 1, "A", NULL);
	assert_int_equal(take(fixture), 0);
	add(fixture, 1, 2, "A", NULL);
	add(fixture, 2, 0, "A", NULL);
	add(fixture, 11, 1, "A", NULL);
	add(fixture, 1, 0, "B", NULL);
	assert_int_equal(take(fixture), 1);
	assert_span(get_hit(fixture, 0), 1, 11, 3);
}

static void ordered_takes_its_own(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, SEVERAL("temporal_ordered")));
	add(fixture, 1, 2, "A", NULL);
	add(fixture, 2, 0, "A", NULL);
	add(fixture, 3, 1, "A", NULL);
	assert_int_equal(take(fixture), 0);
	/* The chain is 5, 6, 14; the first event of rule a is too old for it. */
	add(fixture, 1, 0, "A", NULL);
	add(fixture, 5, 0, "A", NULL);
	add(fixture, 6, 1, "A", NULL);
	add(fixture, 7, 0, "A", NULL);
	add(fixture, 14, 2, "A", NULL);
	assert_int_equal(take(fixture), 1);
	assert_span(get_hit(fixture, 0), 5, 14, 4);
	add(fixture, 1, 0, "A", NULL);
	add(fixture, 2, 1, "A", NULL);
	add(fixture, 12, 2, "A", NULL);
	assert_int_equal(take(fixture), 0);
	/* At one time, any order is the right one. */
	add(fixture, 1, 2, "A", NULL);
	add(fixture, 1, 1, "A", NULL);
	add(fixture, 1, 0, "A", NULL);
	assert_int_equal(take(fixture), 1);
	assert_true(load(fixture, SEVERAL("temporal_ordered") "  condition: {eq: 2}\n"));
	add(fixture, 1, 1, "A", NULL);
	add(fixture, 2, 0, "A", NULL);
	add(fixture, 3, 2, "A", NULL);
	assert_int_equal(take(fixture), 1);
}

/* An event of an export, `tenths` of a second after 10 s, with a record id unless that is 0. */
static void add_exported(struct fixture *fixture, struct correlated_event *exported, guint rule,
			 uint64_t tenths, enum time_precision precision, uint64_t record_id)
{
	const char *group = "A";
	struct correlation_event event = {
		.event = exported, .rule = rule, .tag = record_id, .group = &group};

	exported->ref.time = event.time = 10 * SECOND + tenths * SECOND / 10;
	exported->ref.precision = precision;
	exported->ref.channel = "Security";
	exported->ref.record_id = record_id;
	exported->ref.has_record_id = record_id != 0;
	exported->host = "H";
	assert_true(correlation_state_add(fixture->state, &event));
}

static void coarse_times_are_any_of_their_second(void **state)
{
	struct fixture *fixture = *state;
	struct correlated_event events[3] = {{.host = NULL}};

	assert_true(load(fixture, SEVERAL("temporal_ordered")));
	add_exported(fixture, &events[0], 0, 6, TIME_EXACT, 0);
	add_exported(fixture, &events[1], 1, 0, TIME_SECONDS, 0);
	add_exported(fixture, &events[2], 2, 7, TIME_EXACT, 0);
	assert_int_equal(take(fixture), 1);
	assert_int_equal(get_hit(fixture, 0)->first, 10 * SECOND);
	/* What is known of the others stands. */
	add_exported(fixture, &events[0], 0, 7, TIME_EXACT, 0);
	add_exported(fixture, &events[1], 1, 0, TIME_SECONDS, 0);
	add_exported(fixture, &events[2], 2, 6, TIME_EXACT, 0);
	assert_int_equal(take(fixture), 0);
	/* Within one log record ids tell. */
	for (guint i = 0; i < 3; i++)
		add_exported(fixture, &events[i], i, 0, TIME_SECONDS, 7 + i);
	assert_int_equal(take(fixture), 1);
	for (guint i = 0; i < 3; i++)
		add_exported(fixture, &events[i], i, 0, TIME_SECONDS, 7 + (i + 1) % 3);
	assert_int_equal(take(fixture), 0);
	/* The timespan is 10 s: so far apart the two may be. */
	assert_true(load(fixture, COUNT "  condition: {gte: 2}\n"));
	add_exported(fixture, &events[0], 0, 0, TIME_SECONDS, 0);
	add_exported(fixture, &events[1], 0, 109, TIME_EXACT, 1);
	assert_int_equal(take(fixture), 1);
	add_exported(fixture, &events[0], 0, 0, TIME_SECONDS, 0);
	add_exported(fixture, &events[1], 0, 110, TIME_EXACT, 1);
	assert_int_equal(take(fixture), 0);
}

static void no_group_by_is_one_group(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, "  type: event_count\n  rules: a\n  timespan: 10s\n"
				  "  condition: {gte: 2}\n"));
	add(fixture, 1, 0, "A", NULL);
	add(fixture, 2, 0, "B", NULL);
	assert_int_equal(take(fixture), 1);
	assert_int_equal(get_hit(fixture, 0)->group->len, 0);
}

static void memory_is_bounded(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, COUNT "  condition: {gte: 1}\n"));
	assert_true(add(fixture, 1, 0, NULL, NULL));
	for (guint i = 0; i < WH_MAX_CORRELATION_EVENTS; i++)
		if (!add(fixture, i, 0, "A", NULL))
			fail_msg("full at %u", i);
	assert_false(add(fixture, 1, 0, "A", NULL));
	assert_int_equal(take(fixture), 1);
	assert_int_equal(get_hit(fixture, 0)->events, WH_MAX_CORRELATION_EVENTS);
	assert_int_equal(get_hit(fixture, 0)->tags->len, WH_MAX_CORRELATION_MEMBERS);
	assert_true(add(fixture, 1, 0, "A", NULL));
}

/* What a window is, said plainly and slowly. */
static bool some_window_has(const uint64_t *times, const guint *rules, guint count, guint wanted)
{
	for (guint first = 0; first < count; first++) {
		guint seen = 0;

		for (guint i = 0; i < count; i++)
			if (times[i] >= times[first] && times[i] - times[first] <= 10)
				seen |= 1u << rules[i];
		if ((guint)__builtin_popcount(seen) >= wanted)
			return true;
	}
	return false;
}

static void random_events_agree_with_the_plain_way(void **state)
{
	struct fixture *fixture = *state;
	g_autoptr(GRand) random = g_rand_new_with_seed(6);
	guint hits = 0;

	assert_true(load(fixture, SEVERAL("temporal")));
	for (guint round = 0; round < 2000; round++) {
		guint count = (guint)g_rand_int_range(random, 1, 12);
		uint64_t times[12];
		guint rules[12];

		for (guint i = 0; i < count; i++) {
			times[i] = (uint64_t)g_rand_int_range(random, 0, 60);
			rules[i] = (guint)g_rand_int_range(random, 0, 3);
			add(fixture, times[i], rules[i], "A", NULL);
		}
		assert_int_equal(take(fixture) > 0, some_window_has(times, rules, count, 3));
		hits += fixture->hits->len > 0;
	}
	assert_true(hits > 100 && hits < 1900);
}

#define CORRELATION_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		CORRELATION_TEST(what_is_written_is_read),
		CORRELATION_TEST(what_is_wrong_is_named),
		CORRELATION_TEST(events_are_counted_in_sliding_windows),
		CORRELATION_TEST(the_bound_of_the_timespan_counts),
		CORRELATION_TEST(windows_that_overlap_are_one_hit),
		CORRELATION_TEST(fewer_means_a_window_that_cannot_be_widened),
		CORRELATION_TEST(distinct_values_are_counted),
		CORRELATION_TEST(values_are_summed_and_averaged),
		CORRELATION_TEST(temporal_takes_any_order),
		CORRELATION_TEST(ordered_takes_its_own),
		CORRELATION_TEST(coarse_times_are_any_of_their_second),
		CORRELATION_TEST(no_group_by_is_one_group),
		CORRELATION_TEST(memory_is_bounded),
		CORRELATION_TEST(random_events_agree_with_the_plain_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
