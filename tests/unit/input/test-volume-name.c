/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "input/volume_name.h"
#include "tests/unit/cmocka_test.h"

/* Names as they come from a folder: on the heap, with nothing before or after them. */
static bool parse(const char *name, struct volume_name *out)
{
	g_autofree char *copy = g_strdup(name);

	return volume_name_parse(copy, out);
}

static void test_volumes(void **state)
{
	static const struct {
		const char *name;
		struct volume_name volume;
	} cases[] = {
		{"a.7z.001", {VOLUME_NUMBERED, 4, 1}},
		{"a.ZIP.0012", {VOLUME_NUMBERED, 5, 12}},
		{"a.tar.gz.010", {VOLUME_NUMBERED, 8, 10}},
		{"a.z01", {VOLUME_SPANNED, 1, 1}},
		{"a.Z123", {VOLUME_SPANNED, 1, 123}},
		{"a.zip", {VOLUME_SPANNED, 1, 0}},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct volume_name volume;

		assert_true(parse(cases[i].name, &volume));
		assert_int_equal(volume.kind, cases[i].volume.kind);
		assert_int_equal(volume.base, cases[i].volume.base);
		assert_int_equal(volume.number, cases[i].volume.number);
	}
}

static void test_others(void **state)
{
	static const char *const names[] = {
		"",	"1",   "01",	"100",	 "1234",  "12345", ".001",  "z01",	".z01",
		".zip", "zip", "a.001", "a.7z.", "a.7z1", "a.z1",  "a.z00", "a.7z.000", "a.7z.01"};
	struct volume_name volume;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		assert_false(parse(names[i], &volume));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_volumes),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
