/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/aligned.h"
#include "base/limits.h"
#include "input/stream.h"
#include "tests/unit/cmocka_test.h"

static bool is_aligned(const void *memory)
{
	return (uintptr_t)memory % WH_ALIGNMENT == 0;
}

static void test_sizes(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 8 * WH_CHUNK_SIZE; size = 2 * size + 1) {
		g_autofree uint8_t *memory = aligned_new(size);

		assert_true(is_aligned(memory));
		memset(memory, 0xFF, size);
	}
}

/* Gives as many bytes as are asked for, and none to a place that is not aligned. */
static ssize_t read_aligned(struct stream *stream, void *buffer, size_t size)
{
	(void)stream;
	assert_true(is_aligned(buffer));
	memset(buffer, 0, size);
	return (ssize_t)size;
}

/* Reads of a log go to aligned places, all along it. */
static void test_reader(void **state)
{
	struct stream stream = {.path = "zeros", .read = read_aligned};
	struct reader reader;
	const uint8_t *data;

	(void)state;
	reader_init(&reader, &stream);
	assert_int_equal(reader_peek(&reader, WH_FILE_HEADER_SIZE, &data), WH_FILE_HEADER_SIZE);
	reader_skip(&reader, WH_FILE_HEADER_SIZE);
	for (unsigned i = 0; i < 20; i++) {
		reader_peek(&reader, WH_CHUNK_SIZE + 8, &data);
		assert_true(is_aligned(data));
		reader_skip(&reader, WH_CHUNK_SIZE);
	}
	reader_release(&reader);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
