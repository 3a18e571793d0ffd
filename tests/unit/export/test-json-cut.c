/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "export/json_cut.h"
#include "tests/unit/cmocka_test.h"

static const char object[] =
	"{\"EventTime\": \"2024\\\"\", \"n\": [1, {\"a\": null}, \"x\"], \"Event\":"
	"{\"System\":{\"Channel\":\"C\",\"n\":-12},\"b\":true},\"last\":\"\\u0041\"}";

/* Wherever it is cut, what came whole before is there. */
static void test_every_place(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t size = 1; size < sizeof(object) - 1; size++) {
		const struct json_node *node = json_cut_read(object, size, &arena);
		const char *channel = strstr(object, "\"C\",");

		assert_non_null(node);
		assert_int_equal(node->kind, JSON_KIND_OBJECT);
		if (size > (size_t)(channel - object) + 3)
			assert_string_equal(json_tree_text(node, "Event.System.Channel"), "C");
		assert_int_equal(json_cut_is_of_exporter(node), node->first != NULL);
	}
	arena_release(&arena);
}

static void test_broken(void **state)
{
	static const char *const texts[] = {
		"", "x", "{\"a\"", "{]", "{\"a\":1,,\"b\":", "{}", "{a:\""};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_null(json_cut_read(texts[0], 0, &arena));
	assert_null(json_cut_read(texts[1], 1, &arena));
	assert_null(json_cut_read(texts[2], strlen(texts[2]), &arena)->first);
	for (size_t i = 3; i < G_N_ELEMENTS(texts); i++)
		assert_null(json_cut_read(texts[i], strlen(texts[i]), &arena));
	arena_release(&arena);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_place),
		cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
