/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"
#include "base/limits.h"
#include "evtx/id_watch.h"
#include "tests/unit/cmocka_test.h"

struct made_chunk {
	uint8_t bytes[512];
};

static void put_u64(uint8_t *at, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void seal(struct made_chunk *made)
{
	uint32_t crc = crc32_update(crc32_update(0, made->bytes, 120), made->bytes + 128, 384);

	for (int i = 0; i < 4; i++)
		made->bytes[124 + i] = (uint8_t)(crc >> 8 * i);
}

static struct made_chunk make(uint64_t first, uint64_t last, uint64_t records)
{
	struct made_chunk made = {"ElfChnk"};

	put_u64(made.bytes + 8, 1);
	put_u64(made.bytes + 16, records);
	put_u64(made.bytes + 24, first);
	put_u64(made.bytes + 32, last);
	seal(&made);
	return made;
}

static void expect(struct id_watch *watch, const struct made_chunk *made, uint64_t offset,
		   uint64_t before, uint64_t inside)
{
	struct chunk chunk = {made->bytes, sizeof(made->bytes), offset};
	uint64_t got_before = 0, got_inside = 0;
	bool found = id_watch_take(watch, &chunk, &got_before, &got_inside);

	assert_int_equal(found, before > 0 || inside > 0);
	if (found) {
		assert_int_equal(got_before, before);
		assert_int_equal(got_inside, inside);
	}
}

static void test_gaps(void **state)
{
	const struct made_chunk chunks[] = {make(1, 10, 10), make(11, 20, 10), make(24, 30, 7),
					    make(31, 40, 8)};
	struct id_watch watch = {0};

	(void)state;
	expect(&watch, &chunks[0], 4096, 0, 0);
	expect(&watch, &chunks[1], 4096 + 65536, 0, 0);
	expect(&watch, &chunks[2], 4096 + 2 * 65536, 3, 0);
	expect(&watch, &chunks[3], 4096 + 3 * 65536, 0, 2);
}

static void test_what_is_no_gap(void **state)
{
	struct made_chunk older = make(100, 110, 11), newer = make(900, 910, 11);
	struct made_chunk unsound = make(950, 960, 11), unused = make(UINT64_MAX, 0, 0);
	struct id_watch watch = {0};

	(void)state;
	unsound.bytes[200] ^= 1;
	/* A log that wraps around goes back to its oldest chunk. */
	expect(&watch, &newer, 4096, 0, 0);
	expect(&watch, &older, 4096 + 65536, 0, 0);
	/* Another log behind it. */
	expect(&watch, &newer, 2 * 4096 + 2 * 65536, 0, 0);
	expect(&watch, &unsound, 2 * 4096 + 3 * 65536, 0, 0);
	expect(&watch, &unused, 2 * 4096 + 4 * 65536, 0, 0);
	expect(&watch, &newer, 2 * 4096 + 5 * 65536, 0, 0);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_what_is_no_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
