/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "repository/wmi_object.h"
#include "tests/unit/cmocka_test.h"

/* What tools say of an object goes from process to process, and through lines, unchanged. */

static const struct cim_property properties[] = {
	{"Name", {.kind = CIM_TEXT, .text = "c1"}},
	{"Priority", {.kind = CIM_NUMBER, .text = "32"}},
};

static struct wmi_object make_object(void)
{
	return (struct wmi_object){
		.host = "HOST1",
		.host_from = HOST_FROM_FILE_BESIDE,
		.class_name = "CommandLineEventConsumer",
		.properties = {.kind = CIM_OBJECT, .count = 2, .properties = properties},
		.tool = "osquery",
		.lacks = "CreatorSID",
		.has_collected = true,
		.collected = 130565218500000000ull,
		.state = OBJECT_UNDEFINED,
		.found_in = FOUND_IN_SNAPSHOT,
		.path = "x.log",
		.offset = 12,
	};
}

static void expect_same(const struct wmi_object *object)
{
	const struct wmi_object expected = make_object();

	assert_string_equal(object->host, "HOST1");
	assert_int_equal(object->host_from, expected.host_from);
	assert_string_equal(object->tool, "osquery");
	assert_string_equal(object->lacks, "CreatorSID");
	assert_true(object->has_collected);
	assert_int_equal(object->collected, expected.collected);
	assert_int_equal(object->state, expected.state);
	assert_int_equal(object->found_in, expected.found_in);
	assert_string_equal(wmi_object_get_text(object, "NAME"), "c1");
}

static void test_packed(void **state)
{
	const struct wmi_object object = make_object();
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct wmi_object copy;
	struct arena arena;

	(void)state;
	wmi_object_pack(&object, false, bytes);
	arena_init(&arena);
	assert_true(wmi_object_unpack(&copy, bytes->data, bytes->len, "other", &arena, NULL));
	expect_same(&copy);
	assert_string_equal(copy.path, "x.log");
	for (guint i = 0; i < bytes->len; i++)
		assert_false(wmi_object_unpack(&copy, bytes->data, i, "other", &arena, NULL));
	arena_release(&arena);
}

static void test_line(void **state)
{
	const struct wmi_object object = make_object();
	g_autoptr(GString) line = g_string_new(NULL);
	const char *reason = NULL;
	struct wmi_object copy;
	struct arena arena;

	(void)state;
	wmi_object_write_line(&object, line);
	assert_non_null(strstr(line->str, "\"host_from\":\"file beside\""));
	assert_non_null(strstr(line->str, "\"state\":\"deletion defined\""));
	arena_init(&arena);
	assert_true(wmi_object_read_line(&copy, line->str, line->len - 1, &arena, &reason));
	expect_same(&copy);
	arena_release(&arena);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packed),
		cmocka_unit_test(test_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
