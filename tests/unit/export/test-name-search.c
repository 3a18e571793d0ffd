/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "export/name_search.h"
#include "tests/unit/cmocka_test.h"

static const char *const names[] = {"\"a\"", "\"ab\"", "\"ba\"", "\"abba\"", "\"b", "\"abba\"\"a"};

/* What the search must find at one place. */
static unsigned find_slowly(const char *at, const char *end)
{
	unsigned found = 0;

	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		if ((size_t)(end - at) >= strlen(names[i]) &&
		    memcmp(at, names[i], strlen(names[i])) == 0)
			found |= 1U << i;
	return found;
}

/* In texts that are full of names and of pieces of them; each ends where its memory does. */
static void test_finds_what_stands_there(void **state)
{
	static const char letters[] = "\"\"\"aabb\xA2#";
	struct name_search search = {0};
	g_autoptr(GRand) random = g_rand_new_with_seed(1);

	(void)state;
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		name_search_add(&search, i, names[i]);
	for (int round = 0; round < 3000; round++) {
		size_t size = (size_t)g_rand_int_range(random, 1, 60);
		g_autofree char *text = g_malloc(size);
		const char *at = text, *end = text + size, *found;
		unsigned bits;

		for (size_t i = 0; i < size; i++)
			text[i] = letters[g_rand_int_range(random, 0, sizeof(letters) - 1)];
		while ((found = name_search_next(&search, at, end, &bits))) {
			for (; at < found; at++)
				assert_int_equal(find_slowly(at, end), 0);
			assert_int_equal(bits, find_slowly(at++, end));
		}
		for (; at < end; at++)
			assert_int_equal(find_slowly(at, end), 0);
	}
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_finds_what_stands_there)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
