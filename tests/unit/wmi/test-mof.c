/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "wmi/mof.h"
#include "wmi/mof_sid.h"

static int set_up(void **state)
{
	struct arena *arena = g_new(struct arena, 1);

	arena_init(arena);
	*state = arena;
	return 0;
}

static int tear_down(void **state)
{
	arena_release(*state);
	g_free(*state);
	return 0;
}

static void test_get(void **state)
{
	const struct mof_instance *instance =
		mof_parse("instance of X {Name = \"a\"; other = 1; name = \"b\";};", *state);

	assert_string_equal(mof_property_get(instance->properties, "NAME")->text, "a");
	assert_string_equal(mof_property_get(instance->properties, "Other")->text, "1");
	assert_null(mof_property_get(instance->properties, "Nam"));
}

/* Every prefix of a real shape: never more than the whole says, and never "complete" too soon. */
static void test_cut_anywhere(void **state)
{
	static const char text[] = "Binding EventFilter: \ninstance of F\n{\n\tA = {1, 22};\n"
				   "\tB = \"x\\\"y\" \"z\";\n\tC = instance of G {D = -7;};\n};\n";
	const size_t brace = strlen(text) - strlen(";\n");

	for (size_t length = 0; length <= strlen(text); length++) {
		g_autofree char *cut = g_strndup(text, length);
		const struct mof_instance *first = mof_parse(cut, *state);
		unsigned properties = 0;

		if (!first)
			continue;
		assert_null(first->next);
		assert_string_equal(first->class_name, "F");
		assert_int_equal(first->complete, length >= brace);
		for (const struct mof_property *one = first->properties; one; one = one->next)
			properties++;
		assert_true(properties <= 3);
	}
}

/* Text that makes a careless reader go back over it again and again: a megabyte of each. */
static void test_hostile_repeats(void **state)
{
	static const char *const pieces[] = {
		"\"",
		"\\\"",
		"\"\\\"",
		"instance ",
		"instance of ",
		"{",
		"}",
		"instance of A {",
		"instance of A {x = ",
		"x = {",
		"a = ",
		"[",
		"[\"",
		";",
		",",
		"{instance of A{x={\"",
		"instance of A {x = 1} ",
		"= ",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GString) text = g_string_new("instance of Start {");

		while (text->len < 1 << 20)
			g_string_append(text, pieces[i]);
		mof_parse(text->str, *state);
		g_string_overwrite(text, 0, "\"                 ");
		mof_parse(text->str, *state);
		arena_clear(*state);
	}
}

static unsigned depth_of(const struct mof_value *value)
{
	unsigned deepest = 0;

	for (const struct mof_value *element = value->elements; element; element = element->next)
		deepest = MAX(deepest, depth_of(element));
	return value->type == MOF_ARRAY ? deepest + 1 : deepest;
}

static void test_limits(void **state)
{
	g_autoptr(GString) deep = g_string_new("instance of X {A = ");
	g_autoptr(GString) wide = g_string_new("instance of X {A = {");
	const struct mof_instance *first;
	const struct mof_value *value;
	unsigned elements = 0;

	for (int i = 0; i < 100000; i++)
		g_string_append_c(deep, '{');
	first = mof_parse(deep->str, *state);
	assert_false(first->complete);
	value = mof_property_get(first->properties, "A");
	assert_non_null(value);
	assert_int_equal(depth_of(value), WH_MAX_MOF_DEPTH - 1);

	for (int i = 0; i < WH_MAX_MOF_VALUES + 10; i++)
		g_string_append(wide, "1,");
	g_string_append(wide, "}; B = 2;};");
	first = mof_parse(wide->str, *state);
	assert_false(first->complete);
	value = mof_property_get(first->properties, "A");
	assert_true(value->cut);
	for (const struct mof_value *one = value->elements; one; one = one->next)
		elements++;
	assert_true(elements <= WH_MAX_MOF_VALUES);
	assert_null(mof_property_get(first->properties, "B"));
}

static void check_sid(struct arena *arena, const char *array, const char *expected)
{
	g_autofree char *text = g_strdup_printf("instance of X {S = %s", array);
	const struct mof_instance *first = mof_parse(text, arena);
	g_autofree char *sid = sid_from_mof(mof_property_get(first->properties, "S"));

	if (expected)
		assert_string_equal(sid, expected);
	else
		assert_null(sid);
}

static void test_sid(void **state)
{
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};};", "S-1-5-18");
	check_sid(*state, "{1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0};};", "S-1-5-32-544");
	check_sid(*state,
		  "{1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 4, 3, 2, 1, 255, 255, 255, 255, "
		  "0, 0, 0, 128, 244, 1, 0, 0};};",
		  "S-1-5-21-16909060-4294967295-2147483648-500");
	check_sid(*state, "{1,0,0,0,0,0,0,1};};", "S-1-1");
	check_sid(*state, "{1, 1, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0};};", "S-1-0x010203040506-7");
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0};};", NULL);
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, 0};};", NULL);
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 256};};", NULL);
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, -1};};", NULL);
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0", NULL);
	check_sid(*state, "{2, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};};", NULL);
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, \"18\", 0, 0, 0};};", NULL);
	check_sid(*state, "{1, 16, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};};", NULL);
	check_sid(*state, "{};};", NULL);
	check_sid(*state, "\"S-1-5-18\";};", NULL);
	check_sid(*state, "NULL;};", NULL);
	assert_null(sid_from_mof(NULL));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_get, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut_anywhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hostile_repeats, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sid, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
