/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cmocka_test.h"

#include <glib.h>
#include <string.h>

#include "sigma/needle.h"

#define NOWHERE SIZE_MAX

static size_t find(const char *text, const char *in, bool cased, bool at_start, bool at_end)
{
	struct needle needle = {.cased = cased, .at_start = at_start, .at_end = at_end};
	size_t start = NOWHERE;

	assert_true(needle_init(&needle, text, strlen(text)));
	if (!needle_find(&needle, in, strlen(in), &start))
		assert_true(start == NOWHERE);
	needle_release(&needle);
	return start;
}

static void ends_are_minded(void **state)
{
	(void)state;
	assert_int_equal(find("Ab", "xaBab", false, false, false), 1);
	assert_int_equal(find("ab", "xAbab", true, false, false), 3);
	assert_int_equal(find("ab", "ABx", false, true, false), 0);
	assert_true(find("ab", "xab", false, true, false) == NOWHERE);
	assert_int_equal(find("ab", "xAB", false, false, true), 1);
	assert_true(find("ab", "abx", false, false, true) == NOWHERE);
	assert_int_equal(find("ab", "aB", false, true, true), 0);
	assert_true(find("ab", "aab", false, true, true) == NOWHERE);
	assert_true(find("abc", "ab", false, false, false) == NOWHERE);
	assert_int_equal(find("", "", false, true, true), 0);
	assert_true(find("", "a", false, true, true) == NOWHERE);
	assert_int_equal(find("", "a", false, false, false), 1);
}

static void letters_beyond_ascii_need_more(void **state)
{
	struct needle needle = {.cased = false};

	(void)state;
	assert_false(needle_init(&needle, "\u00e9", 2));
	assert_int_equal(find("\u00e9", "x\u00e9", true, false, false), 1);
	/* Not letters, though a bit apart as letters of either case are. */
	assert_true(find("[", "{", false, false, false) == NOWHERE);
	assert_true(find("@k", "`k", false, false, false) == NOWHERE);
}

static size_t find_plainly(const char *text, const char *in, bool cased)
{
	size_t length = strlen(text), whole = strlen(in);

	for (size_t at = 0; at + length <= whole; at++)
		if ((cased ? strncmp : g_ascii_strncasecmp)(in + at, text, length) == 0)
			return at;
	return NOWHERE;
}

/* Exactly as long as it is told to be, so that the sanitizer sees a read behind it. */
static size_t find_in_copy(const struct needle *needle, const char *in)
{
	size_t length = strlen(in), start = NOWHERE;
	char *copy = g_memdup2(in, length);

	if (!needle_find(needle, copy, length, &start))
		start = NOWHERE;
	g_free(copy);
	return start;
}

static void every_place_and_length_agrees_with_the_plain_way(void **state)
{
	static const char letters[] = "aAbB[{";
	g_autoptr(GRand) random = g_rand_new_with_seed(6);
	guint found = 0;

	(void)state;
	for (guint round = 0; round < 20000; round++) {
		char text[6] = "", in[80] = "";
		struct needle needle = {.cased = round % 2 != 0};
		gint32 length = g_rand_int_range(random, 1, 6),
		       whole = g_rand_int_range(random, 0, 80);
		size_t start;

		for (gint32 i = 0; i < length; i++)
			text[i] = letters[g_rand_int_range(random, 0, 6)];
		for (gint32 i = 0; i < whole; i++)
			in[i] = letters[g_rand_int_range(random, 0, 6)];
		assert_true(needle_init(&needle, text, strlen(text)));
		start = find_in_copy(&needle, in);
		assert_true(start == find_plainly(text, in, needle.cased));
		found += start != NOWHERE;
		needle_release(&needle);
	}
	assert_true(found > 2000 && found < 18000);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_are_minded),
		cmocka_unit_test(letters_beyond_ascii_need_more),
		cmocka_unit_test(every_place_and_length_agrees_with_the_plain_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
