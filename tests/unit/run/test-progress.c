/* SPDX-License-Identifier: Apache-2.0 */
#include "run/progress.h"
#include "tests/unit/cmocka_test.h"

#define SECOND G_USEC_PER_SEC
#define WIDE 200

static void expect(const struct progress *progress, size_t width, const char *expected)
{
	GString *line = g_string_new("> ");

	progress_format(progress, width, line);
	assert_string_equal(line->str + 2, expected);
	g_string_free(line, TRUE);
}

/* A run that has read so many bytes in each of some seconds. */
static struct progress steady(struct progress_counts counts, uint64_t rate, unsigned seconds)
{
	struct progress progress;

	progress_init(&progress, "finding", 77 * SECOND);
	for (unsigned i = 1; i <= seconds; i++) {
		counts.bytes = rate * i;
		progress_update(&progress, &counts, (77 + (gint64)i) * SECOND);
	}
	return progress;
}

static void tells_all_that_is_known(void **state)
{
	struct progress progress = steady(
		(struct progress_counts){
			.files = 12, .total_files = 203, .total_bytes = 12340000000, .found = 3},
		812000000, 7);

	(void)state;
	expect(&progress, WIDE, "12/203 files, 46 % of 12 GB, 812 MB/s, 3 findings, 0:08 left");
}

static void leaves_out_what_is_unknown(void **state)
{
	struct progress progress;

	(void)state;
	progress_init(&progress, "event", 5);
	expect(&progress, WIDE, "0 files, 0 B, 0 events");
	progress = steady((struct progress_counts){.files = 1, .found = 1}, 1500, 4);
	expect(&progress, WIDE, "1 file, 6.0 kB, 1.5 kB/s, 1 finding");
}

static void writes_sizes_in_three_digits(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *expected;
	} sizes[] = {
		{999, "0 files, 999 B, 0 findings"},
		{1000, "0 files, 1.0 kB, 0 findings"},
		{9949, "0 files, 9.9 kB, 0 findings"},
		{9950, "0 files, 10 kB, 0 findings"},
		{999499, "0 files, 999 kB, 0 findings"},
		{999500, "0 files, 1.0 MB, 0 findings"},
		{1200000000, "0 files, 1.2 GB, 0 findings"},
		{UINT64_MAX, "0 files, 18 EB, 0 findings"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		struct progress progress = {.noun = "finding", .counts.bytes = sizes[i].bytes};

		expect(&progress, WIDE, sizes[i].expected);
	}
}

static void percent_ends_at_the_end(void **state)
{
	struct progress progress = {.noun = "finding", .counts = {.total_files = 1}};

	(void)state;
	progress.counts.total_bytes = UINT64_MAX;
	progress.counts.bytes = UINT64_MAX - 1;
	expect(&progress, WIDE, "0/1 file, 99 % of 18 EB, 0 findings");
	progress.counts.bytes = UINT64_MAX;
	expect(&progress, WIDE, "0/1 file, 100 % of 18 EB, 0 findings");
	progress.counts.total_bytes = 1000;
	expect(&progress, WIDE, "0/1 file, 100 % of 1.0 kB, 0 findings");
}

static void time_left_has_hours_and_an_end(void **state)
{
	struct progress_counts counts = {.total_bytes = 1000 + 100 * 3661};
	struct progress progress = steady(counts, 100, 10);

	(void)state;
	expect(&progress, WIDE, "0 files, 0 % of 367 kB, 100 B/s, 0 findings, 1:01:01 left");
	counts.total_bytes = 1000 + 100ull * 3600 * 100;
	progress = steady(counts, 100, 10);
	expect(&progress, WIDE, "0 files, 0 % of 36 MB, 100 B/s, 0 findings");
	counts.total_bytes = 1000;
	progress = steady(counts, 100, 10);
	expect(&progress, WIDE, "0 files, 100 % of 1.0 kB, 100 B/s, 0 findings");
}

static void does_not_guess_from_the_first_moment(void **state)
{
	struct progress_counts counts = {.bytes = 500, .total_bytes = 1000};
	struct progress progress;

	(void)state;
	progress_init(&progress, "finding", 0);
	progress_update(&progress, &counts, 0);
	expect(&progress, WIDE, "0 files, 0 % of 1.0 kB, 0 findings");
	progress_update(&progress, &counts, SECOND / 2);
	expect(&progress, WIDE, "0 files, 50 % of 1.0 kB, 1.0 kB/s, 0 findings");
}

static void rate_follows_what_was_read_lately(void **state)
{
	struct progress progress =
		steady((struct progress_counts){.total_bytes = 1000000}, 1000, 10);
	struct progress_counts counts = progress.counts;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		counts.bytes += 10;
		progress_update(&progress, &counts, progress.updated + SECOND / 10);
	}
	expect(&progress, WIDE, "0 files, 3 % of 1.0 MB, 100 B/s, 0 findings, 2:41:40 left");
	for (int i = 0; i < 600; i++)
		progress_update(&progress, &counts, progress.updated + SECOND);
	expect(&progress, WIDE, "0 files, 3 % of 1.0 MB, 0 B/s, 0 findings");
}

/* A worker that died has its input read again; no clock is perfect. */
static void bears_steps_back(void **state)
{
	struct progress progress = steady((struct progress_counts){0}, 1000, 1);
	struct progress_counts counts = {.bytes = 400};

	(void)state;
	progress_update(&progress, &counts, progress.updated + SECOND);
	expect(&progress, WIDE, "0 files, 400 B, 455 B/s, 0 findings");
	progress_update(&progress, &counts, progress.updated - SECOND);
	expect(&progress, WIDE, "0 files, 400 B, 455 B/s, 0 findings");
}

static void leaves_out_whole_parts_to_fit(void **state)
{
	struct progress progress =
		steady((struct progress_counts){.files = 1, .total_files = 2, .total_bytes = 2000},
		       100, 10);

	(void)state;
	expect(&progress, 57, "1/2 files, 50 % of 2.0 kB, 100 B/s, 0 findings, 0:10 left");
	expect(&progress, 56, "1/2 files, 50 % of 2.0 kB, 100 B/s, 0 findings");
	expect(&progress, 24, "1/2 files");
	expect(&progress, 9, "1/2 files");
	expect(&progress, 8, "");
	expect(&progress, 0, "");
}

static void shows_in_place_and_takes_away(void **state)
{
	struct progress progress;
	GString *out = g_string_new(NULL);

	(void)state;
	progress_init(&progress, "finding", 0);
	progress_hide(&progress, out);
	assert_string_equal(out->str, "");
	progress_show(&progress, 80, 0, out);
	assert_string_equal(out->str, "\r0 files, 0 B, 0 findings");
	progress.counts.files = 1;
	g_string_truncate(out, 0);
	progress_show(&progress, 80, SECOND / 10, out);
	assert_string_equal(out->str, "");
	progress_show(&progress, 80, SECOND, out);
	assert_string_equal(out->str, "\r1 file, 0 B, 0 findings ");
	g_string_truncate(out, 0);
	progress_show(&progress, 13, 2 * SECOND, out);
	assert_string_equal(out->str, "\r1 file, 0 B ");
	g_string_truncate(out, 0);
	progress_hide(&progress, out);
	assert_string_equal(out->str, "\r           \r");
	g_string_truncate(out, 0);
	progress_hide(&progress, out);
	assert_string_equal(out->str, "");
	progress_show(&progress, 80, 2 * SECOND, out);
	assert_string_equal(out->str, "\r1 file, 0 B, 0 findings");
	g_string_free(out, TRUE);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_all_that_is_known),
		cmocka_unit_test(leaves_out_what_is_unknown),
		cmocka_unit_test(writes_sizes_in_three_digits),
		cmocka_unit_test(percent_ends_at_the_end),
		cmocka_unit_test(time_left_has_hours_and_an_end),
		cmocka_unit_test(does_not_guess_from_the_first_moment),
		cmocka_unit_test(rate_follows_what_was_read_lately),
		cmocka_unit_test(bears_steps_back),
		cmocka_unit_test(leaves_out_whole_parts_to_fit),
		cmocka_unit_test(shows_in_place_and_takes_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
