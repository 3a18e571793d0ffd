/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "wmi/mof.h"
#include "wmi/mof_sid.h"

static struct mof_instance *first(const GPtrArray *instances)
{
	assert_true(instances->len > 0);
	return instances->pdata[0];
}

static void test_get(void **state)
{
	g_autoptr(GPtrArray) instances =
		mof_parse("instance of X {Name = \"a\"; other = 1; name = \"b\";};");
	const struct mof_instance *instance = first(instances);

	(void)state;
	assert_string_equal(mof_instance_get(instance, "NAME")->text, "a");
	assert_string_equal(mof_instance_get(instance, "Other")->text, "1");
	assert_null(mof_instance_get(instance, "Nam"));
}

/* Every prefix of a real shape: never more than the whole says, and never "complete" too soon. */
static void test_cut_anywhere(void **state)
{
	static const char text[] = "Binding EventFilter: \ninstance of F\n{\n\tA = {1, 22};\n"
				   "\tB = \"x\\\"y\" \"z\";\n\tC = instance of G {D = -7;};\n};\n";
	const size_t brace = strlen(text) - strlen(";\n");

	(void)state;
	for (size_t length = 0; length <= strlen(text); length++) {
		g_autofree char *cut = g_strndup(text, length);
		g_autoptr(GPtrArray) instances = mof_parse(cut);

		assert_true(instances->len <= 1);
		if (instances->len == 0)
			continue;
		assert_string_equal(first(instances)->class_name, "F");
		assert_int_equal(first(instances)->complete, length >= brace);
		assert_true(first(instances)->properties->len <= 3);
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

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GString) text = g_string_new("instance of Start {");

		while (text->len < 1 << 20)
			g_string_append(text, pieces[i]);
		g_ptr_array_unref(mof_parse(text->str));
		g_string_overwrite(text, 0, "\"                 ");
		g_ptr_array_unref(mof_parse(text->str));
	}
}

static unsigned depth_of(const struct mof_value *value)
{
	unsigned deepest = 0;

	for (guint i = 0; value->elements && i < value->elements->len; i++)
		deepest = MAX(deepest, depth_of(value->elements->pdata[i]));
	return value->type == MOF_ARRAY ? deepest + 1 : deepest;
}

static void test_limits(void **state)
{
	g_autoptr(GString) deep = g_string_new("instance of X {A = ");
	g_autoptr(GString) wide = g_string_new("instance of X {A = {");
	g_autoptr(GPtrArray) instances = NULL;
	const struct mof_value *value;

	(void)state;
	for (int i = 0; i < 100000; i++)
		g_string_append_c(deep, '{');
	instances = mof_parse(deep->str);
	assert_false(first(instances)->complete);
	value = mof_instance_get(first(instances), "A");
	assert_non_null(value);
	assert_int_equal(depth_of(value), WH_MAX_MOF_DEPTH - 1);
	g_ptr_array_unref(g_steal_pointer(&instances));

	for (int i = 0; i < WH_MAX_MOF_VALUES + 10; i++)
		g_string_append(wide, "1,");
	g_string_append(wide, "}; B = 2;};");
	instances = mof_parse(wide->str);
	assert_false(first(instances)->complete);
	value = mof_instance_get(first(instances), "A");
	assert_true(value->cut);
	assert_true(value->elements->len <= WH_MAX_MOF_VALUES);
	assert_null(mof_instance_get(first(instances), "B"));
}

static void check_sid(const char *array, const char *expected)
{
	g_autofree char *text = g_strdup_printf("instance of X {S = %s", array);
	g_autoptr(GPtrArray) instances = mof_parse(text);
	g_autofree char *sid = sid_from_mof(mof_instance_get(first(instances), "S"));

	if (expected)
		assert_string_equal(sid, expected);
	else
		assert_null(sid);
}

static void test_sid(void **state)
{
	(void)state;
	check_sid("{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};};", "S-1-5-18");
	check_sid("{1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0};};", "S-1-5-32-544");
	check_sid("{1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 4, 3, 2, 1, 255, 255, 255, 255, "
		  "0, 0, 0, 128, 244, 1, 0, 0};};",
		  "S-1-5-21-16909060-4294967295-2147483648-500");
	check_sid("{1,0,0,0,0,0,0,1};};", "S-1-1");
	check_sid("{1, 1, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0};};", "S-1-0x010203040506-7");
	check_sid("{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0};};", NULL);
	check_sid("{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, 0};};", NULL);
	check_sid("{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 256};};", NULL);
	check_sid("{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, -1};};", NULL);
	check_sid("{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0", NULL);
	check_sid("{2, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};};", NULL);
	check_sid("{1, 1, 0, 0, 0, 0, 0, 5, \"18\", 0, 0, 0};};", NULL);
	check_sid("{1, 16, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};};", NULL);
	check_sid("{};};", NULL);
	check_sid("\"S-1-5-18\";};", NULL);
	check_sid("NULL;};", NULL);
	assert_null(sid_from_mof(NULL));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_hostile_repeats),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_sid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
