/* SPDX-License-Identifier: Apache-2.0 */
/* What a command asks for, held against events. */
#include <glib.h>

#include "map/query.h"
#include "tests/unit/cmocka_test.h"

#define SYSMON "Microsoft-Windows-Sysmon"

struct asked {
	struct event_query query;
	struct event_selection selection;
	struct event event;
};

/* The event: Sysmon 1 with one field. */
static void ask(struct asked *asked, const struct event_query *query, const char *text)
{
	asked->query = *query;
	/* The query frees what it holds. */
	asked->query.pattern = g_strdup(query->pattern);
	assert_true(event_query_prepare(&asked->query, NULL));
	event_query_select(&asked->query, &asked->selection);
	event_init(&asked->event);
	event_set(&asked->event, EVENT_PROVIDER, NULL, SYSMON);
	event_set(&asked->event, EVENT_ID, NULL, "1");
	event_set(&asked->event, EVENT_HOST, NULL, "HOST-1");
	event_add_field(&asked->event, "Image", text);
}

static enum event_fit test_event(const struct asked *asked, bool is_partial)
{
	return event_selection_test(&asked->selection, &asked->event, is_partial);
}

static void release(struct asked *asked)
{
	event_release(&asked->event);
	sieve_plan_release(&asked->selection.plan);
	event_query_release(&asked->query);
}

static void a_text_is_sought_in_fields_and_host(void **state)
{
	static const struct {
		const char *pattern;
		enum event_fit fit;
	} cases[] = {
		{"CMD\\.exe$", EVENT_WANTED}, /* in any case */
		{"^host-1$", EVENT_WANTED},	{"Image", EVENT_UNWANTED}, /* a name is no value */
		{"Sysmon", EVENT_UNWANTED},	{"null", EVENT_UNWANTED},
		{"first.second", EVENT_WANTED}, /* over a line's end */
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct asked asked;

		ask(&asked, &(struct event_query){.pattern = (char *)cases[i].pattern},
		    "first\nsecond cmd.EXE");
		assert_int_equal(test_event(&asked, false), cases[i].fit);
		release(&asked);
	}
}

static void limits_and_damage_leave_doubt(void **state)
{
	struct asked asked;

	(void)state;
	ask(&asked, &(struct event_query){.pattern = (char *)"(a+)+\\1[yz]"},
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	assert_int_equal(test_event(&asked, false), EVENT_IN_DOUBT);
	/* Another text that matches leaves none. */
	event_add_field(&asked.event, "Other", "aaz");
	assert_int_equal(test_event(&asked, false), EVENT_WANTED);
	release(&asked);

	ask(&asked, &(struct event_query){.pattern = (char *)"lost"}, "found");
	assert_int_equal(test_event(&asked, false), EVENT_UNWANTED);
	assert_int_equal(test_event(&asked, true), EVENT_IN_DOUBT);
	release(&asked);
}

static void wrong_options_are_said(void **state)
{
	struct event_query query = {.pattern = g_strdup("a(b")};
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_false(event_query_prepare(&query, &error));
	assert_string_equal(error->message, "--match: missing closing parenthesis");
	event_query_release(&query);
}

/* Of a damaged record without provider or id the sieve alone decides. */
static void subscriptions_are_wanted_unasked(void **state)
{
	struct asked asked;

	(void)state;
	ask(&asked, &(struct event_query){0}, "x");
	assert_int_equal(test_event(&asked, false), EVENT_UNWANTED);
	assert_int_equal(test_event(&asked, true), EVENT_UNWANTED);
	asked.event.ref.event_id = 20;
	assert_int_equal(test_event(&asked, false), EVENT_WANTED);
	asked.event.ref.has_event_id = false;
	assert_int_equal(test_event(&asked, false), EVENT_UNWANTED);
	assert_int_equal(test_event(&asked, true), EVENT_WANTED);
	release(&asked);

	ask(&asked, &(struct event_query){.every = true}, "x");
	assert_int_equal(test_event(&asked, false), EVENT_WANTED);
	release(&asked);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_sought_in_fields_and_host),
		cmocka_unit_test(limits_and_damage_leave_doubt),
		cmocka_unit_test(wrong_options_are_said),
		cmocka_unit_test(subscriptions_are_wanted_unasked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
