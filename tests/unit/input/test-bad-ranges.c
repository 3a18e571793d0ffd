/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "input/bad_ranges.h"
#include "tests/unit/cmocka_test.h"

#define SIZE (1 << 20)
#define BLOCK 4096

/* A file of SIZE bytes, each of them 1, whose blocks [first, last] cannot be read; `fd` is where
 * its disk begins to count. */
static struct {
	uint64_t first, last;
	unsigned asked;
} disk;

static ssize_t read_disk(int fd, void *buffer, size_t size, off_t offset)
{
	uint64_t begin = (uint64_t)offset, good;

	(void)fd;
	disk.asked++;
	if (begin >= SIZE)
		return 0;
	size = MIN(size, SIZE - begin);
	good = begin / BLOCK < disk.first ? disk.first * BLOCK - begin : size;
	if (begin / BLOCK >= disk.first && begin / BLOCK <= disk.last)
		good = 0;
	/* One that begins well and goes on badly fails as a whole here, as some systems do it. */
	if (good < size) {
		errno = EIO;
		return -1;
	}
	memset(buffer, 1, size);
	return (ssize_t)size;
}

static void add_fault(void *context, const struct fault *fault)
{
	g_string_append_printf(context, "%s @%u: %s\n", fault->path, (unsigned)fault->offset,
			       fault->what);
}

static const struct fault_sink *get_sink(GString *said)
{
	static struct fault_sink sink = {add_fault, NULL};

	sink.context = said;
	return &sink;
}

static struct bad_ranges begin(uint64_t first, uint64_t last, GString *said)
{
	disk.first = first;
	disk.last = last;
	disk.asked = 0;
	return (struct bad_ranges){.path = "disk", .faults = get_sink(said), .read = read_disk};
}

/* Reads [offset, SIZE) in steps; how many zeros there were, and *end where it ended. */
static uint64_t count_zeros(struct bad_ranges *bad, uint64_t start, size_t step, uint64_t *end)
{
	g_autofree uint8_t *bytes = g_malloc(step);
	uint64_t zeros = 0;
	ssize_t got;

	*end = start;
	while ((got = bad_ranges_read(bad, 3, start, bytes, step, *end)) > 0) {
		for (ssize_t i = 0; i < got; i++)
			zeros += bytes[i] == 0;
		*end += (uint64_t)got;
	}
	if (got < 0)
		assert_int_equal(errno, EIO);
	return zeros;
}

static void test_one_place(void **state)
{
	static const size_t steps[] = {100, BLOCK, 10000, 262144, SIZE * 2};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autoptr(GString) said = g_string_new(NULL);
		struct bad_ranges bad = begin(20, 22, said);
		uint64_t end;

		assert_int_equal(count_zeros(&bad, 0, steps[i], &end), 3 * BLOCK);
		assert_int_equal(end, SIZE);
		/* What is known is not asked for again. */
		assert_int_equal(count_zeros(&bad, 0, steps[i], &end), 3 * BLOCK);
		assert_string_equal(said->str, "disk @81920: cannot read 12288 bytes: "
					       "Input/output error; zeros are taken for them\n");
	}
}

/* Offsets are those of a volume's stream, blocks those of its file. */
static void test_in_a_volume(void **state)
{
	g_autoptr(GString) said = g_string_new(NULL);
	struct bad_ranges bad = begin(1, 1, said);
	uint64_t end;

	(void)state;
	assert_int_equal(count_zeros(&bad, 777, 10000, &end), BLOCK);
	assert_int_equal(end, 777 + SIZE);
	assert_string_equal(said->str, "disk @4873: cannot read 4096 bytes: Input/output error; "
				       "zeros are taken for them\n");
}

/* To the end of the file, from its beginning, and where nobody takes faults. */
static void test_edges(void **state)
{
	g_autoptr(GString) said = g_string_new(NULL);
	struct bad_ranges bad = begin(SIZE / BLOCK - 1, UINT64_MAX / BLOCK, said);
	uint64_t end;

	(void)state;
	assert_int_equal(count_zeros(&bad, 0, 262144, &end), BLOCK);
	assert_int_equal(end, SIZE);
	bad = begin(0, 0, said);
	assert_int_equal(count_zeros(&bad, 0, 262144, &end), BLOCK);
	bad = begin(5, 5, said);
	bad.faults = NULL;
	count_zeros(&bad, 0, BLOCK, &end);
	assert_int_equal(end, 5 * BLOCK);
}

/* A dead disk ends it: the number of reads that fail is bounded. */
static void test_dead_disk(void **state)
{
	g_autoptr(GString) said = g_string_new(NULL);
	struct bad_ranges bad = begin(4, UINT64_MAX / BLOCK, said);
	uint64_t end;

	(void)state;
	/* The file of the double ends: the range goes to there. */
	count_zeros(&bad, 0, 262144, &end);
	assert_true(bad.failures <= WH_MAX_BAD_READS);
	bad = begin(4, UINT64_MAX / BLOCK, said);
	bad.failures = WH_MAX_BAD_READS - 20;
	count_zeros(&bad, 0, 262144, &end);
	assert_true(end < 30 * BLOCK);
	assert_int_equal(bad.failures, WH_MAX_BAD_READS);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_place),
		cmocka_unit_test(test_in_a_volume),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_dead_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
