/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cmocka_test.h"

#include <string.h>

#include "base/limits.h"
#include "hunt/rules.h"

/* What is found in which events, and what is said of wrong rules:
 * tests/cases/hunt-correlation-forms. */
#define SECOND 10000000ull
#define START 131000000000000000ull /* some FILETIME */

#define RULE(name, id, level, detection)                                                           \
	"---\ntitle: " name "\nname: " name "\nid: aaaaaaaa-0000-4000-8000-0000000000" id          \
	"\nlevel: " level "\ntags: [attack.t1047]\nlogsource: {service: security, product: "       \
	"windows}\ndetection:\n  sel: {" detection "}\n  condition: sel\n"
#define FAILED RULE("failed", "01", "low", "EventID: 4625")
#define LOGON RULE("logon", "02", "low", "EventID: 4624")
#define OPERATOR RULE("operator", "03", "low", "EventID: 4625, TargetUserName: operator")

#define CORRELATION(name, id, body)                                                                \
	"---\ntitle: " name "\nname: " name "\nid: cccccccc-0000-4000-8000-0000000000" id          \
	"\nlevel: high\ntags: [attack.t1110]\ncorrelation:\n" body
#define MANY(id, more)                                                                             \
	CORRELATION("many", id,                                                                    \
		    "  type: event_count\n  rules: [failed]\n  group-by: [Computer]\n"             \
		    "  timespan: 1m\n  condition: {gte: 3}\n" more)
#define THEN_LOGON(more)                                                                           \
	CORRELATION("then logon", "52",                                                            \
		    "  type: temporal_ordered\n  rules: [many, logon]\n  group-by: [Computer]\n"   \
		    "  timespan: 10s\n" more)

struct fixture {
	struct rule_set *rules;
	GPtrArray *messages;
	GPtrArray *findings;
	GPtrArray *matches; /* of the event judged last */
	struct event event;
	unsigned faults;
};

static struct fixture *fixture_new(void)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->rules = rule_set_new();
	fixture->messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	fixture->matches = matches_new();
	event_init(&fixture->event);
	return fixture;
}

static void fixture_free(struct fixture *fixture)
{
	g_ptr_array_unref(fixture->matches);
	event_release(&fixture->event);
	rule_set_free(fixture->rules);
	g_ptr_array_unref(fixture->messages);
	g_free(fixture);
}

static int set_up(void **state)
{
	*state = fixture_new();
	return 0;
}

static int tear_down(void **state)
{
	fixture_free(*state);
	return 0;
}

static bool add_file(struct fixture *fixture, const char *file, const char *text)
{
	return rule_set_add_text(fixture->rules, file, text, strlen(text), fixture->messages);
}

static void load(struct fixture *fixture, const char *text)
{
	assert_true(add_file(fixture, "c.yml", text));
	assert_true(rule_set_link(fixture->rules, fixture->messages));
	assert_int_equal(fixture->messages->len, 0);
}

static void count_fault(void *context, const struct fault *fault)
{
	struct fixture *fixture = context;

	assert_non_null(strstr(fault->what, "correlations"));
	fixture->faults++;
}

/* An event of the Security log, so many seconds after the start, which is its record id too. */
static const struct event *make_event(struct fixture *fixture, unsigned second, uint32_t id,
				      const char *host, const char *user)
{
	struct event *event = &fixture->event;

	event_clear(event);
	event->ref.time = START + second * SECOND;
	event->host = host;
	event->ref.channel = "Security";
	event->provider = "Microsoft-Windows-Security-Auditing";
	event->ref.event_id = id;
	event->ref.has_event_id = true;
	event->ref.record_id = second;
	event->ref.has_record_id = true;
	event->ref.path = "security.evtx";
	if (user)
		event_add_field(event, "TargetUserName", user);
	return event;
}

static bool judge(struct fixture *fixture, const struct event *event)
{
	g_ptr_array_set_size(fixture->matches, 0);
	return rule_set_judge_event(fixture->rules, event, NULL, fixture->matches);
}

static bool add(struct fixture *fixture, unsigned second, uint32_t id, const char *host,
		const char *user)
{
	return judge(fixture, make_event(fixture, second, id, host, user));
}

static void describe(GString *out, const struct correlation_finding *finding)
{
	const GPtrArray *names = finding->correlation->group_by;

	g_string_append_printf(out, "%s of %s, %u to %u, %u:", finding->correlation->title,
			       finding->host ? finding->host : "many",
			       (unsigned)((finding->first - START) / SECOND),
			       (unsigned)((finding->last - START) / SECOND),
			       (unsigned)finding->count);
	for (guint i = 0; i < finding->events->len; i++) {
		const struct correlated_event *event = g_ptr_array_index(finding->events, i);

		g_string_append_printf(out, " %u", (unsigned)event->ref.record_id);
	}
	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(out, ", %s=%s", (char *)names->pdata[i],
				       (char *)finding->group->pdata[i]);
	g_string_append_c(out, '\n');
}

/* A line for each finding. */
static char *end(struct fixture *fixture)
{
	const struct fault_sink faults = {count_fault, fixture};
	g_autoptr(GPtrArray) findings = rule_set_take_correlations(fixture->rules, &faults);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < findings->len; i++)
		describe(out, findings->pdata[i]);
	return g_string_free(out, FALSE);
}

static void expect(struct fixture *fixture, const char *findings)
{
	g_autofree char *got = end(fixture);

	assert_string_equal(got, findings);
}

/* What only a correlation speaks of reports nothing itself; a worker must still pass it on. */
static void test_silences_its_rules(void **state)
{
	struct fixture *fixture = *state;
	struct sighting seen = {0};
	struct subscription subscription = {.host = (char *)"ws1"};
	struct finding judged;
	const struct event *event;

	load(fixture, FAILED LOGON MANY("51", ""));
	assert_false(add(fixture, 1, 4625, "ws1", NULL));
	assert_int_equal(fixture->matches->len, 0);
	assert_true(add(fixture, 2, 4624, "ws1", NULL));
	event = make_event(fixture, 3, 4625, "ws1", NULL);
	assert_true(rule_set_match_event(fixture->rules, event, NULL, NULL));
	rule_set_note_event(fixture->rules, event, NULL);
	seen.ref = event->ref;
	subscription.events = g_ptr_array_new();
	g_ptr_array_add(subscription.events, &seen);
	rule_set_judge(fixture->rules, &subscription, NULL, &judged);
	assert_int_equal(judged.matches->len, 0);
	finding_release(&judged);
	g_ptr_array_unref(subscription.events);
	expect(fixture, "");
}

static char *run_in_order(bool backwards)
{
	struct fixture *fixture = fixture_new();
	char *findings;

	load(fixture,
	     FAILED OPERATOR LOGON MANY("51", "  generate: true\n") THEN_LOGON("  generate: true\n")
		     CORRELATION("users", "55",
				 "  type: value_count\n  rules: [failed, operator]\n  group-by: "
				 "[Computer]\n"
				 "  timespan: 2s\n  condition: {field: TargetUserName, gte: 2}\n"));
	for (unsigned i = 0; i < 40; i++) {
		unsigned n = backwards ? 39 - i : i;

		add(fixture, n / 2, n % 5 ? 4625 : 4624, n % 3 ? "ws1" : "WS1",
		    n % 4 ? "operator" : "guest");
	}
	findings = end(fixture);
	fixture_free(fixture);
	return findings;
}

static void test_order_of_arrival(void **state)
{
	g_autofree char *forwards = run_in_order(false);
	g_autofree char *backwards = run_in_order(true);

	(void)state;
	assert_string_equal(forwards, backwards);
	assert_non_null(strstr(forwards, "then logon of WS1"));
	assert_non_null(strstr(forwards, "users of "));
}

/* The texts of a field that is no number, which the evaluation makes no copy of. */
static void test_memory_is_bounded(void **state)
{
	struct fixture *fixture = *state;
	const size_t length = 8 << 20;
	g_autofree char *text = g_strnfill(length, 'x');

	load(fixture,
	     FAILED CORRELATION("sum", "51",
				"  type: value_sum\n  rules: [failed]\n  timespan: 1m\n"
				"  condition: {field: TargetUserName, gte: 1}\n") MANY("52", ""));
	for (unsigned i = 0; i < WH_MAX_CORRELATION_TEXT / length; i++) {
		text[i] = 'y';
		add(fixture, i, 4625, i < 3 ? "ws1" : NULL, text);
	}
	expect(fixture, "many of ws1, 0 to 2, 3: 0 1 2, Computer=ws1\n");
	assert_int_equal(fixture->faults, 1);
}

static void expect_message(const struct fixture *fixture, guint index, unsigned line,
			   unsigned column, const char *text)
{
	const struct rule_message *message;

	assert_true(index < fixture->messages->len);
	message = g_ptr_array_index(fixture->messages, index);
	assert_string_equal(message->text, text);
	assert_int_equal(message->line, line);
	assert_int_equal(message->column, column);
}

/* The one error of a file; nothing of it must crash a hunt. */
static void expect_error(const char *text, unsigned line, unsigned column, const char *error)
{
	struct fixture *fixture = fixture_new();

	add_file(fixture, "c.yml", text);
	assert_false(rule_set_link(fixture->rules, fixture->messages));
	assert_int_equal(fixture->messages->len, 1);
	expect_message(fixture, 0, line, column, error);
	add(fixture, 1, 4625, "ws1", NULL);
	expect(fixture, "");
	fixture_free(fixture);
}

#define SHORT(name, id, rules)                                                                     \
	CORRELATION(name, id,                                                                      \
		    "  type: event_count\n  timespan: 1m\n  condition: {gte: 9}\n  rules: " rules  \
		    "\n")

static void test_cycles(void **state)
{
	(void)state;
	expect_error(SHORT("c", "51", "[c]"), 11, 11,
		     "by way of 'c' the correlation refers to itself");
	expect_error(SHORT("c", "51", "[d]") SHORT("d", "52", "[c]"), 22, 11,
		     "by way of 'c' the correlation refers to itself");
}

/* Each counts the one behind it, the last a rule. */
static char *make_chain(unsigned length, bool outer_first)
{
	GString *text = g_string_new(FAILED);

	for (unsigned n = 0; n < length; n++) {
		unsigned i = outer_first ? length - n : n + 1;
		g_autofree char *inner = i > 1 ? g_strdup_printf("c%u", i - 1) : g_strdup("failed");

		g_string_append_printf(text,
				       "---\ntitle: c%u\nname: c%u\nlevel: low\n"
				       "id: dddddddd-0000-4000-8000-0000000000%02u\n"
				       "tags: [attack.t1110]\n"
				       "correlation: {type: event_count, timespan: 1m, "
				       "condition: {gte: 1}, rules: [%s]}\n",
				       i, i, i, inner);
	}
	return g_string_free(text, FALSE);
}

static void test_depth_is_bounded(void **state)
{
	(void)state;
	for (unsigned outer_first = 0; outer_first < 2; outer_first++) {
		struct fixture *deep = fixture_new();
		g_autofree char *deepest = make_chain(WH_MAX_CORRELATION_DEPTH, outer_first);
		g_autofree char *deeper = make_chain(WH_MAX_CORRELATION_DEPTH + 1, outer_first);

		load(deep, deepest);
		add(deep, 1, 4625, "ws1", NULL);
		expect(deep, "c16 of ws1, 1 to 1, 1: 1\n");
		fixture_free(deep);

		deep = fixture_new();
		assert_true(add_file(deep, "c.yml", deeper));
		assert_false(rule_set_link(deep->rules, deep->messages));
		assert_int_equal(deep->messages->len, 1);
		fixture_free(deep);
	}
}

/* A name means the rule of the same file; among others the first. */
static void test_names_that_repeat(void **state)
{
	struct fixture *fixture = *state;

	assert_true(add_file(fixture, "a.yml", RULE("r", "01", "low", "EventID: 1")));
	assert_true(add_file(fixture, "b.yml",
			     RULE("r", "02", "low", "EventID: 4625") SHORT("here", "51", "[r]")));
	assert_true(add_file(fixture, "c.yml", SHORT("there", "52", "[r]")));
	fixture->messages->len = 0;
	assert_true(rule_set_link(fixture->rules, fixture->messages));
	assert_int_equal(fixture->messages->len, 1);
	expect_message(fixture, 0, 11, 11, "2 rules are called 'r'; taken is the one at a.yml:4:5");
	assert_false(add(fixture, 1, 4625, "ws1", NULL));
}

static void test_ids_are_unique(void **state)
{
	struct fixture *fixture = *state;

	assert_true(add_file(fixture, "a.yml", FAILED SHORT("c", "51", "[failed]")));
	assert_false(add_file(fixture, "b.yml", SHORT("c", "51", "[failed]")));
	expect_message(fixture, 0, 4, 5,
		       "the id cccccccc-0000-4000-8000-000000000051 is taken by a.yml:14:5");
	assert_true(add_file(fixture, "c.yml", SHORT("d", "51", "[failed]")));
	expect_message(fixture, 1, 4, 5,
		       "the id cccccccc-0000-4000-8000-000000000051 is taken by a.yml:14:5, "
		       "another rule");
	assert_true(rule_set_link(fixture->rules, fixture->messages));
	assert_int_equal(rule_set_count_correlations(fixture->rules), 2);
	assert_int_equal(rule_set_count_rules(fixture->rules), 1);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_silences_its_rules, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_order_of_arrival, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_memory_is_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cycles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_depth_is_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_names_that_repeat, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ids_are_unique, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
