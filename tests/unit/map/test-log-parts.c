/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/crc32.h"
#include "base/limits.h"
#include "map/log_parts.h"
#include "tests/unit/cmocka_test.h"

#define CHUNKS 9u

static uint64_t place(unsigned chunk)
{
	return WH_FILE_HEADER_SIZE + (uint64_t)chunk * WH_CHUNK_SIZE;
}

/* A log that counts so many chunks and is closed, or not. */
static int make_log(unsigned counted, bool is_open)
{
	uint8_t header[128] = "ElfFile";
	int fd = memfd_create("log", 0);

	bytes_put_u16(header + 36, 1);
	bytes_put_u16(header + 42, (uint16_t)counted);
	bytes_put_u32(header + 120, is_open);
	bytes_put_u32(header + 124, crc32_update(0, header, 120));
	assert_int_equal(pwrite(fd, header, sizeof(header), 0), sizeof(header));
	for (unsigned i = 0; i < CHUNKS; i++)
		assert_int_equal(pwrite(fd, "ElfChnk", 8, (off_t)place(i)), 8);
	assert_int_equal(ftruncate(fd, (off_t)place(CHUNKS)), 0);
	return fd;
}

/* The parts of two chunks are those that begin at these chunks, the first at the header; they end
 * with 0. Closes the log. */
static void expect_parts(int fd, const unsigned *chunks)
{
	uint64_t first, count, end = 0;
	struct log_parts parts;

	assert_true(log_parts_begin(&parts, fd, place(CHUNKS), 2 * WH_CHUNK_SIZE));
	while (log_parts_next(&parts, &first, &count)) {
		assert_int_equal(first, end);
		end = first + count;
		assert_int_equal(end, *chunks ? place(*chunks) : place(CHUNKS));
		chunks += *chunks != 0;
	}
	assert_int_equal(end, place(CHUNKS));
	close(fd);
}

static void test_borders(void **state)
{
	int fd = make_log(CHUNKS, false);

	(void)state;
	expect_parts(fd, (const unsigned[]){2, 4, 6, 8, 0});

	/* Where no chunk stands, none begins. */
	fd = make_log(CHUNKS, false);
	assert_int_equal(pwrite(fd, "x", 1, (off_t)place(4)), 1);
	expect_parts(fd, (const unsigned[]){2, 6, 8, 0});

	/* What a closed log does not count may be another. */
	expect_parts(make_log(5, false), (const unsigned[]){2, 4, 0});
	expect_parts(make_log(5, true), (const unsigned[]){2, 4, 6, 8, 0});
	expect_parts(make_log(0, false), (const unsigned[]){0});
}

static void test_what_is_read_as_one(void **state)
{
	int fd = make_log(CHUNKS, false);
	struct log_parts parts;

	(void)state;
	assert_false(log_parts_begin(&parts, fd, place(CHUNKS), 5 * WH_CHUNK_SIZE));
	/* A header with a wrong checksum, and none. */
	assert_int_equal(pwrite(fd, "\1", 1, 24), 1);
	assert_false(log_parts_begin(&parts, fd, place(CHUNKS), 2 * WH_CHUNK_SIZE));
	assert_int_equal(pwrite(fd, "\0", 1, 24), 1);
	assert_true(log_parts_begin(&parts, fd, place(CHUNKS), 2 * WH_CHUNK_SIZE));
	assert_int_equal(pwrite(fd, "x", 1, 0), 1);
	assert_false(log_parts_begin(&parts, fd, place(CHUNKS), 2 * WH_CHUNK_SIZE));
	close(fd);
	assert_false(log_parts_begin(&parts, -1, place(CHUNKS), 2 * WH_CHUNK_SIZE));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_borders),
		cmocka_unit_test(test_what_is_read_as_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
