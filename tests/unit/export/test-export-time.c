/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "event/filetime.h"
#include "export/export_time.h"
#include "tests/unit/cmocka_test.h"

static void check(const char *text, const char *same_as, enum time_precision precision,
		  bool has_zone)
{
	struct export_time time = {0};
	uint64_t expected;

	assert_true(export_time_read(text, &time));
	assert_true(filetime_parse(same_as, &expected));
	assert_int_equal(time.ticks, expected);
	assert_int_equal(time.precision, precision);
	assert_int_equal(time.has_zone, has_zone);
}

static void test_forms(void **state)
{
	(void)state;
	check("2024-01-02T03:04:05.1234567Z", "2024-01-02 03:04:05.1234567", TIME_EXACT, true);
	check("2024-01-02 03:04:05.123456+00:00", "2024-01-02 03:04:05.123456", TIME_MICROSECONDS,
	      true);
	check("2024-01-02 03:04:05.123 -05:30", "2024-01-02 08:34:05.123", TIME_MILLISECONDS, true);
	check("2024-01-02T03:04:05-0530", "2024-01-02 08:34:05", TIME_SECONDS, true);
	check("2024/01/02 03:04:05", "2024-01-02 03:04:05", TIME_SECONDS, false);
	check("1/2/2024 3:04:05 PM", "2024-01-02 15:04:05", TIME_SECONDS, false);
	check("01/02/2024 12:04:05 AM", "2024-01-02 00:04:05", TIME_SECONDS, false);
	check("1/2/2024 3:04:05\xE2\x80\xAFPM", "2024-01-02 15:04:05", TIME_SECONDS, false);
	check("2/1/2024 15:04:05", "2024-01-02 15:04:05", TIME_SECONDS, false);
	check("1/22/2024 15:04:05", "2024-01-22 15:04:05", TIME_SECONDS, false);
	check("1/22/2024 3:04:05 PM", "2024-01-22 15:04:05", TIME_SECONDS, false);
	check("2.1.2024 15.04.05", "2024-01-02 15:04:05", TIME_SECONDS, false);
	check("02-01-2024 15:04:05", "2024-01-02 15:04:05", TIME_SECONDS, false);
	check("02.01.2024 15:04:05", "2024-01-02 15:04:05", TIME_SECONDS, false);
	check("1/2/2024, 3:04:05.678 PM", "2024-01-02 15:04:05.678", TIME_MILLISECONDS, false);
	check("Jan 2, 2024 @ 15:04:05.678", "2024-01-02 15:04:05.678", TIME_MILLISECONDS, false);
	check("/Date(1704164645678)/", "2024-01-02 03:04:05.678", TIME_MILLISECONDS, true);
}

static void test_others(void **state)
{
	static const char *const texts[] = {"",
					    "yesterday",
					    "2024-01-02",
					    "2024-13-02 03:04:05",
					    "2024-01-32 03:04:05",
					    "2024-01-02 24:04:05",
					    "2024-01-02 03:04:05 EST",
					    "2024-01-02 03:04:05+99:00",
					    "1-2/2024 03:04:05",
					    "/Date(x)/",
					    "/Date(9999999999999999999)/"};
	struct export_time time;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		assert_false(export_time_read(texts[i], &time));
}

static void test_epoch(void **state)
{
	struct export_time time;
	uint64_t expected;

	(void)state;
	assert_true(export_time_read_epoch("1704164645.6780002", &time));
	assert_true(filetime_parse("2024-01-02 03:04:05.6780002", &expected));
	assert_int_equal(time.ticks, expected);
	assert_int_equal(time.precision, TIME_MICROSECONDS);
	assert_true(export_time_read_epoch("1704164645", &time));
	assert_int_equal(time.precision, TIME_SECONDS);
	assert_false(export_time_read_epoch("2024-01-02", &time));
	assert_false(export_time_read_epoch("1704164645.6e3", &time));
	assert_false(export_time_read_epoch("170416464512", &time));
}

/* Two clocks read nearly at once show a zone; what is no zone shows none. */
static void test_shift(void **state)
{
	const uint64_t noon = 133000000000000000, hour = 3600 * WH_SECOND;
	uint64_t time = 0;

	(void)state;
	assert_true(export_time_shift(noon, noon + 3 * WH_SECOND, noon + 5 * hour, &time));
	assert_int_equal(time, noon + 5 * hour);
	assert_true(export_time_shift(noon, noon, noon - 5 * hour - hour / 2, &time));
	assert_int_equal(time, noon - 5 * hour - hour / 2);
	assert_false(export_time_shift(noon, noon, noon + 20 * hour, &time));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_epoch),
		cmocka_unit_test(test_shift),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
