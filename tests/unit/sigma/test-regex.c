/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cmocka_test.h"

#include <glib.h>
#include <string.h>

#include "sigma/regex.h"

/* More than are interpreted before there is machine code. */
#define RUNS 40

static struct regex *compile(const char *text)
{
	size_t offset;
	char *error = NULL;
	struct regex *regex = regex_new(text, 0, &offset, &error);

	assert_non_null(regex);
	return regex;
}

static void check_all_runs(const char *source, const char *text, enum regex_result expected)
{
	struct regex_runner *runner = regex_runner_new();
	struct regex *regex = compile(source);

	for (int i = 0; i < RUNS; i++) {
		struct regex_span span = {0, 0};

		assert_int_equal(regex_run(regex, runner, text, strlen(text), &span), expected);
		if (expected == REGEX_YES) {
			assert_int_equal(span.start, 2);
			assert_int_equal(span.end, 5);
		}
	}
	regex_free(regex);
	regex_runner_free(runner);
}

static void results_do_not_depend_on_runs_before(void **state)
{
	(void)state;
	check_all_runs("a+b", "xxaabyy", REGEX_YES);
	check_all_runs("a+b", "xxaayy", REGEX_NO);
}

/* The interpreter gives up on a text that machine code gets through. */
static void machine_code_has_the_last_word(void **state)
{
	static const char source[] = "[a-z]*[a-y]*[a-x]*c\\z";
	struct regex_runner *runner = regex_runner_new();
	struct regex *regex = compile(source), *prepared = compile(source);
	g_autofree char *run = g_strnfill(300, 'a');
	g_autofree char *text = g_strconcat(run, "c!", NULL);
	struct regex_span span;

	(void)state;
	regex_prepare(prepared);
	for (int i = 0; i < 3; i++)
		assert_int_equal(regex_run(regex, runner, text, strlen(text), &span),
				 regex_run(prepared, runner, text, strlen(text), &span));
	regex_free(regex);
	regex_free(prepared);
	regex_runner_free(runner);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_do_not_depend_on_runs_before),
		cmocka_unit_test(machine_code_has_the_last_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
