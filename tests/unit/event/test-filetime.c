/* SPDX-License-Identifier: Apache-2.0 */
#include "event/filetime.h"
#include "tests/unit/cmocka_test.h"

static void check_both_ways(uint64_t filetime, const char *text)
{
	char formatted[WH_FILETIME_TEXT];
	uint64_t parsed = 0;

	filetime_format(filetime, formatted);
	assert_string_equal(formatted, text);
	assert_true(filetime_parse(text, &parsed));
	assert_int_equal(parsed, filetime);
}

static void test_both_ways(void **state)
{
	(void)state;
	check_both_ways(0, "1601-01-01T00:00:00.0000000Z");
	check_both_ways(116444736000000000, "1970-01-01T00:00:00.0000000Z");
	check_both_ways(125963423999999999, "2000-02-29T23:59:59.9999999Z");
	check_both_ways(125963424000000000, "2000-03-01T00:00:00.0000000Z");
	check_both_ways(133485407999999999, "2023-12-31T23:59:59.9999999Z");
	check_both_ways(2650467743999999999, "9999-12-31T23:59:59.9999999Z");
	check_both_ways(2650467744000000000, "10000-01-01T00:00:00.0000000Z");
}

static void test_far_future(void **state)
{
	char formatted[WH_FILETIME_TEXT];

	(void)state;
	filetime_format(UINT64_MAX, formatted);
	assert_string_equal(formatted, "60056-05-28T05:36:10.9551615Z");
	check_both_ways(UINT64_MAX, "60056-05-28T05:36:10.9551615Z");
}

static void check_parse(const char *text, const char *same_as)
{
	uint64_t time = 1, expected = 2;

	assert_true(filetime_parse(text, &time));
	assert_true(filetime_parse(same_as, &expected));
	assert_int_equal(time, expected);
}

static void test_forms(void **state)
{
	(void)state;
	check_parse("2024-03-01", "2024-03-01T00:00:00.0000000Z");
	check_parse("2024-03-01 10:20", "2024-03-01T10:20:00.0000000Z");
	check_parse("2024-03-01T10:20:30.5Z", "2024-03-01T10:20:30.5000000Z");
	check_parse("2024-03-01T10:20:30.123456789Z", "2024-03-01T10:20:30.1234567Z");
	check_parse("2024-03-01T10:20:30+02:00", "2024-03-01T08:20:30Z");
	check_parse("2024-02-29T23:30:00-01:00", "2024-03-01T00:30:00Z");
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"2024",
		"2024-13-01",
		"2024-02-30",
		"2023-02-29",
		"1600-01-01",
		"2024-03-01T",
		"2024-03-01T24:00",
		"2024-03-01T10:60",
		"2024-03-01T10:20:30.",
		"2024-03-01T10:20Zx",
		"2024-03-01T10:20+2",
		"1601-01-01T00:00+01:00",
		"60056-05-28T05:36:10.9551616Z",
		"60056-05-28T05:36-01:00",
		"60057-01-01",
		"24-03-01",
	};
	uint64_t time = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_false(filetime_parse(texts[i], &time));
	assert_int_equal(time, 7);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_far_future),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
