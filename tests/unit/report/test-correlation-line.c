/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "event/filetime.h"
#include "report/correlation_line.h"
#include "report/table.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/report_sample.h"

#define HEAD                                                                                       \
	"{\"kind\":\"correlation\",\"host\":\"WS-17\","                                            \
	"\"rule_id\":\"0cc17e34-1111-4222-8333-444444444444\",\"title\":\"Many\","                 \
	"\"tags\":[\"attack.t1047\"],"
#define GROUP "\"group\":{\"Computer\":\"WS-17\",\"User\":\"LAB\\\\\\u001b[1m\"},"
#define BODY                                                                                       \
	"\"first_seen\":\"2024-05-06T07:08:09.0000000Z\","                                         \
	"\"last_seen\":\"2024-05-06T07:08:10.0000000Z\",\"count\":2000,\"events\":["               \
	"{\"time\":\"2024-05-06T07:08:09.0000000Z\",\"host\":\"WS-17\",\"event_id\":1,"            \
	"\"record_id\":7,\"source\":{\"path\":\"a.evtx\",\"offset\":4608,"                         \
	"\"header_record_id\":7}},{\"time\":\"2024-05-06T07:08:10.0000000Z\","                     \
	"\"source\":{\"path\":\"b.evtx\",\"offset\":0,\"header_record_id\":0}}],"
#define TAIL                                                                                       \
	"\"level\":\"high\",\"matches\":[{\"rule_id\":\"0cc17e34-1111-4222-8333-444444444444\","   \
	"\"title\":\"Many\",\"level\":\"high\",\"tags\":[\"attack.t1047\"],\"fields\":[]}]}\n"

struct scene {
	struct correlation correlation;
	struct correlated_event events[2];
	struct correlation_finding finding;
	struct verdict verdict;
};

static GPtrArray *list(const char *first, const char *second)
{
	GPtrArray *texts = g_ptr_array_new();

	g_ptr_array_add(texts, (gpointer)first);
	if (second)
		g_ptr_array_add(texts, (gpointer)second);
	return texts;
}

static void set_events(struct scene *scene)
{
	struct correlated_event *events = scene->events;

	assert_true(filetime_parse("2024-05-06T07:08:09Z", &events[0].time));
	assert_true(filetime_parse("2024-05-06T07:08:10Z", &events[1].time));
	events[0].host = "WS-17";
	events[0].event_id = 1;
	events[0].has_event_id = true;
	events[0].record_id = 7;
	events[0].has_record_id = true;
	events[0].source = (struct source){.path = "a.evtx", .offset = 4608, .header_record_id = 7};
	events[1].source.path = "b.evtx";
}

static void set_match(struct scene *scene)
{
	struct match *match;

	scene->verdict = sample_verdict();
	match = sample_add_match(&scene->verdict, "Many", LEVEL_HIGH);
	match->rule_id = scene->correlation.id;
	match->tags = scene->correlation.tags;
}

static int set_up(void **state)
{
	struct scene *scene = g_new0(struct scene, 1);

	scene->correlation.id = (char *)"0cc17e34-1111-4222-8333-444444444444";
	scene->correlation.title = (char *)"Many";
	scene->correlation.level = LEVEL_HIGH;
	scene->correlation.tags = list("attack.t1047", NULL);
	scene->correlation.group_by = list("Computer", "User");
	set_events(scene);
	set_match(scene);
	scene->finding = (struct correlation_finding){
		.correlation = &scene->correlation,
		.host = "WS-17",
		.group = list("WS-17", "LAB\\\033[1m"),
		.first = scene->events[0].time,
		.last = scene->events[1].time,
		.count = 2000,
		.events = list((const char *)&scene->events[0], (const char *)&scene->events[1]),
		.matches = scene->verdict.matches,
	};
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	g_ptr_array_unref(scene->correlation.tags);
	g_ptr_array_unref(scene->correlation.group_by);
	g_ptr_array_unref(scene->finding.group);
	g_ptr_array_unref(scene->finding.events);
	verdict_release(&scene->verdict);
	g_free(scene);
	return 0;
}

static void expect_line(const struct scene *scene, const char *expected)
{
	g_autoptr(GString) line = g_string_new(NULL);

	correlation_line_append(&scene->finding, line);
	assert_string_equal(line->str, expected);
}

static void test_line(void **state)
{
	expect_line(*state, HEAD GROUP BODY TAIL);
}

static void test_line_without_group(void **state)
{
	struct scene *scene = *state;

	g_ptr_array_set_size(scene->correlation.group_by, 0);
	expect_line(scene, HEAD BODY TAIL);
}

/* A JSON object has each name once. */
static void test_line_with_a_name_twice(void **state)
{
	struct scene *scene = *state;

	g_ptr_array_add(scene->correlation.group_by, (gpointer) "Computer");
	g_ptr_array_add(scene->finding.group, (gpointer) "WS-17");
	expect_line(scene, HEAD GROUP BODY TAIL);
}

static void test_row(void **state)
{
	struct scene *scene = *state;
	const struct table_options options = {0};
	struct table *table = table_new_subscriptions(&options);
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	table_add_correlation(table, &scene->finding);
	assert_true(table_print(table, stream));
	fclose(stream);
	table_free(table);
	assert_non_null(strstr(text, "\nhigh   WS-17  2024-05-06 07:08:10  2000 events: correlation"
				     "  Many  Computer=WS-17, User=LAB\\\\u001b[1m\n"));
	free(text);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_line_without_group, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_line_with_a_name_twice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_row, set_up, tear_down),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
