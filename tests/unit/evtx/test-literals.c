/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "evtx/literals.h"
#include "tests/unit/cmocka_test.h"

static struct literals *make(const char *const *texts)
{
	struct literals *literals = literals_new(2);

	for (; *texts; texts++)
		literals_add(literals, *texts, 0);
	literals_finish(literals);
	return literals;
}

/* `size` bytes, all of them `filler`, with the text as UTF-16LE at `at`; the caller frees it. */
static uint8_t *make_bytes(size_t size, uint8_t filler, size_t at, const char *text)
{
	uint8_t *bytes = g_malloc(size);

	memset(bytes, filler, size);
	for (size_t i = 0; text[i]; i++) {
		bytes[at + 2 * i] = (uint8_t)text[i];
		bytes[at + 2 * i + 1] = 0;
	}
	return bytes;
}

static bool is_found(const struct literals *literals, size_t size, uint8_t filler, size_t at,
		     const char *text)
{
	g_autofree uint8_t *bytes = make_bytes(size, filler, at, text);
	bool found = literals_find(literals, bytes, size);

	if (at % 2 == 0)
		assert_int_equal(literals_find_in_text(literals, bytes, size), found);
	return found;
}

static void finds_at_every_byte(void **state)
{
	static const char *const texts[] = {"wmic",
					    "wmicx",
					    "mofcomp",
					    "scrcons.exe",
					    "__eventfilter",
					    "root\\subscription",
					    "commandlineeventconsumer",
					    NULL};
	static const uint8_t fillers[] = {0, 'a', 0xFF};

	(void)state;
	for (const char *const *text = texts; *text; text++) {
		const char *const only[] = {*text, NULL};
		struct literals *one = make(only), *all = make(texts);
		size_t length = 2 * strlen(*text);

		/* Up to what is looked at four windows at a time. */
		for (size_t size = length; size < length + 500;
		     size += size < length + 90 ? 1 : 13) {
			for (size_t at = 0; at + length <= size; at++) {
				uint8_t filler = fillers[(size + at) % 3];

				assert_true(is_found(one, size, filler, at, *text));
				assert_true(is_found(all, size, filler, at, *text));
			}
		}
		literals_free(one);
		literals_free(all);
	}
}

static void minds_no_case(void **state)
{
	static const char *const texts[] = {"ScrCons.EXE", NULL};
	struct literals *literals = make(texts);

	(void)state;
	assert_true(is_found(literals, 64, 0, 3, "scrcons.exe"));
	assert_true(is_found(literals, 64, 0, 3, "SCRCONS.EXE"));
	/* The case bit is set on both sides where windows are compared, and not in the end. */
	assert_false(is_found(literals, 64, 0, 3, "scrcons\016exe"));
	literals_free(literals);
}

static void misses_what_is_not_there(void **state)
{
	static const char *const texts[] = {"mofcomp.exe", "wmic", NULL};
	struct literals *literals = make(texts);
	uint8_t narrow[] = "mofcomp.exe wmic";

	(void)state;
	assert_false(is_found(literals, 64, 0, 8, "mofcomp.ex"));
	assert_false(is_found(literals, 64, 0, 8, "wmi c"));
	assert_false(literals_find(literals, narrow, sizeof(narrow)));
	assert_false(literals_find(literals, narrow, 0));
	literals_free(literals);
}

/* Bytes that end in the middle of a literal, right where the memory ends. */
static void stays_inside(void **state)
{
	static const char *const texts[] = {"powershell.exe", "pwsh", "rundll32", NULL};
	struct literals *literals = make(texts);

	(void)state;
	for (size_t cut = 1; cut < 28; cut++) {
		g_autofree uint8_t *bytes = make_bytes(64, 0, 20, "powershell.exe");
		g_autofree uint8_t *cut_bytes = g_memdup2(bytes, 48 - cut);

		assert_false(literals_find(literals, cut_bytes, 48 - cut));
	}
	literals_free(literals);
}

/* Thousands of texts with much in common, against looking for each by itself. */
static void agrees_with_plain_search(void **state)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GRand) random = g_rand_new_with_seed(6);
	struct literals *literals = literals_new(2), *narrow = literals_new(1);

	(void)state;
	for (unsigned i = 0; i < 400; i++) {
		char *text = g_strdup_printf("\\%c%c%u%s", 'a' + i % 3, 'a' + i % 5, i * 7,
					     i % 9 ? ".exe" : "");

		g_ptr_array_add(list, text);
		literals_add(literals, text, i);
		literals_add(narrow, text, i);
	}
	literals_finish(literals);
	literals_finish(narrow);
	for (unsigned round = 0; round < 4000; round++) {
		g_autofree char *text = g_strdup_printf(
			"c:\\%c%c%u.ex%c", 'A' + g_rand_int_range(random, 0, 3),
			'a' + g_rand_int_range(random, 0, 5), g_rand_int_range(random, 0, 2900),
			'd' + g_rand_int_range(random, 0, 2));
		g_autofree char *lower = g_ascii_strdown(text, -1);
		uint8_t marks[400] = {0};
		bool expected = false;

		/* Of memory that ends with the text. */
		literals_mark(narrow, text, strlen(text), marks);
		for (guint i = 0; i < list->len; i++) {
			bool stands = strstr(lower, list->pdata[i]) != NULL;

			assert_int_equal(marks[i], stands);
			expected |= stands;
		}
		assert_int_equal(is_found(literals, 200, 'x', round % 150, text), expected);
	}
	literals_free(literals);
	literals_free(narrow);
}

static void tells_what_can_be_sought(void **state)
{
	(void)state;
	assert_true(literal_can_be_sought("wmic"));
	assert_false(literal_can_be_sought("cmd"));
	assert_false(literal_can_be_sought("wmi\t"));
	assert_false(literal_can_be_sought("wmi\303\266"));
}

static void tells_disguises(void **state)
{
	static const uint8_t long_s[] = {'p', 0, 0x7F, 0x01}, kelvin[] = {0x2A, 0x21};

	(void)state;
	for (size_t at = 0; at + 4 <= 60; at++) {
		uint8_t bytes[60] = {0};

		bytes[at] = 0x7F;
		assert_false(literals_may_be_disguised(bytes, sizeof(bytes)));
		memcpy(bytes + at, long_s, sizeof(long_s));
		assert_true(literals_may_be_disguised(bytes, sizeof(bytes)));
		memset(bytes, 0, sizeof(bytes));
		memcpy(bytes + at, kelvin, sizeof(kelvin));
		assert_true(literals_may_be_disguised(bytes, sizeof(bytes)));
	}
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_at_every_byte),
		cmocka_unit_test(minds_no_case),
		cmocka_unit_test(misses_what_is_not_there),
		cmocka_unit_test(stays_inside),
		cmocka_unit_test(agrees_with_plain_search),
		cmocka_unit_test(tells_what_can_be_sought),
		cmocka_unit_test(tells_disguises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
