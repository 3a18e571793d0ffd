/* SPDX-License-Identifier: Apache-2.0 */
#include "base/line_id.h"

#include "tests/unit/cmocka_test.h"

static struct line_id make(const char *host, const char *first, const char *second)
{
	GString *name = line_name_new("event", host);
	struct line_id id;

	line_name_add(name, first);
	line_name_add(name, NULL);
	line_name_add_folded(name, second);
	line_name_add_number(name, 258);
	line_id_set(&id, name);
	return id;
}

/* The expected ones were made by another program. */
static void test_known(void **state)
{
	g_autoptr(GHashTable) seen = line_id_seen_new();
	struct line_id id = make("WS-1.Example", "a", "B\xC3\x84"), again = id, once_more;

	(void)state;
	assert_string_equal(id.text, "e87070f7-5b89-8e6e-a9c4-45b3ba9669ad");
	line_id_count(&id, seen);
	assert_string_equal(id.text, again.text);
	once_more = again;
	line_id_count(&again, seen);
	assert_string_equal(again.text, "ddb86dc5-3d8b-8e86-a3f9-8b254793a2c2");
	line_id_count(&once_more, seen);
	assert_string_not_equal(once_more.text, again.text);
}

static void test_texts_keep_apart(void **state)
{
	struct line_id id = make("h", "ab", "c");

	(void)state;
	assert_string_not_equal(id.text, make("h", "a", "bc").text);
	assert_string_not_equal(id.text, make(NULL, "ab", "c").text);
	assert_string_not_equal(make("", "", "").text, make(NULL, "", "").text);
	assert_string_not_equal(make("h", "", "").text, make("h", NULL, "").text);
}

static void test_valid(void **state)
{
	static const char *const bad[] = {
		"",
		"-",
		"00112233-4455-8677-8899-aabbccddeef",
		"00112233-4455-8677-8899-aabbccddeefff",
		"00112233-4455-8677-8899-AABBCCDDEEFF",
		"001122334455867788990aabbccddeeff012",
	};

	(void)state;
	assert_true(line_id_is_valid("00112233-4455-8677-8899-aabbccddeeff"));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_false(line_id_is_valid(bad[i]));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_texts_keep_apart),
		cmocka_unit_test(test_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
