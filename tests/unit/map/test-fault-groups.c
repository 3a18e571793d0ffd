/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "map/fault_groups.h"
#include "tests/unit/cmocka_test.h"

static void write_down(void *context, const struct fault *fault)
{
	g_string_append_printf(context, "%s %s %s %s %u\n", fault_kind_get(fault->code)->name,
			       fault->path ? fault->path : "-", fault->entry ? fault->entry : "-",
			       fault->what, (unsigned)fault->count);
}

static void test_groups(void **state)
{
	static const struct fault faults[] = {
		{.code = FAULT_LINE_DAMAGED, .path = "a/x", .what = "one"},
		{.code = FAULT_CONTAINER_UNREAD, .path = "a/1.img", .what = "image"},
		{.code = FAULT_LINE_DAMAGED, .path = "a/x", .what = "two"},
		{.code = FAULT_LINE_DAMAGED, .path = "a/x", .what = "one"},
		{.code = FAULT_LINE_DAMAGED, .path = "a/x", .entry = "e", .what = "one"},
		{.code = FAULT_RECORD_DAMAGED, .path = "a/x", .what = "first"},
		{.code = FAULT_RECORD_DAMAGED, .path = "a/x", .what = "first"},
		{.code = FAULT_ENCRYPTED, .path = "a/x", .entry = "e", .what = "locked"},
		{.code = FAULT_ENCRYPTED,
		 .path = "a/x",
		 .entry = "f",
		 .what = "locked",
		 .count = 7},
	};
	static const struct fault later[] = {
		{.code = FAULT_CONTAINER_UNREAD, .path = "a/2.img", .what = "image"},
		{.code = FAULT_CONTAINER_UNREAD, .path = "a/2.img", .what = "other"},
		{.code = FAULT_CONTAINER_UNREAD, .path = "b/1.img", .what = "image"},
		{.code = FAULT_CONTAINER_UNREAD, .path = "a/x", .entry = "1.img", .what = "image"},
		{.code = FAULT_LINE_DAMAGED, .path = "a/x", .what = "three"},
	};
	GString *got = g_string_new(NULL);
	struct fault_sink sink = {write_down, got};
	struct fault_groups *groups = fault_groups_new(&sink);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++)
		fault_groups_add(groups, &faults[i]);
	assert_string_equal(got->str,
			    "record-damaged a/x - first 0\nrecord-damaged a/x - first 0\n");
	g_string_truncate(got, 0);
	fault_groups_end_input(groups);
	assert_string_equal(got->str, "line-damaged a/x - one 2\nline-damaged a/x - two 1\n"
				      "line-damaged a/x e one 1\n"
				      "encrypted a/x e locked 8\n");
	g_string_truncate(got, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(later); i++)
		fault_groups_add(groups, &later[i]);
	assert_string_equal(got->str, "");
	fault_groups_free(groups);
	assert_string_equal(got->str, "line-damaged a/x - three 1\n"
				      "container-unread a/1.img - image 2\n"
				      "container-unread a/2.img - other 1\n"
				      "container-unread b/1.img - image 1\n"
				      "container-unread a/x 1.img image 1\n");
	g_string_free(got, TRUE);
}

static void test_names(void **state)
{
	enum fault_code code;

	(void)state;
	for (int i = 0; i < FAULT_CODES; i++) {
		assert_true(fault_code_parse(fault_kind_get((enum fault_code)i)->name, &code));
		assert_int_equal(code, i);
	}
	assert_false(fault_code_parse("", &code));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
