/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "evtx/binxml.h"
#include "evtx/chunk.h"
#include "evtx/chunk_check.h"
#include "tests/support/memory_stream.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/evtx/scan_bytes.h"

static void add_zeros(GByteArray *bytes, size_t size)
{
	guint before = bytes->len;

	g_byte_array_set_size(bytes, before + (guint)size);
	memset(bytes->data + before, 0, size);
}

static void add_header(GByteArray *bytes)
{
	guint before = bytes->len;

	add_zeros(bytes, WH_FILE_HEADER_SIZE);
	memcpy(bytes->data + before, "ElfFile", 8);
}

/* A chunk of `count` records of 100 bytes with ids from `first`. */
static uint8_t *add_chunk(GByteArray *bytes, unsigned count, uint64_t first)
{
	guint before = bytes->len;
	uint8_t *chunk;

	add_zeros(bytes, WH_CHUNK_SIZE);
	chunk = bytes->data + before;
	memcpy(chunk, "ElfChnk", 8);
	bytes_put_u32(chunk + 48, WH_RECORDS_OFFSET + 100 * count);
	for (unsigned i = 0; i < count; i++) {
		uint8_t *record = chunk + WH_RECORDS_OFFSET + 100 * i;

		memcpy(record, "**\0", 4);
		bytes_put_u32(record + 4, 100);
		bytes_put_u64(record + 8, first + i);
		bytes_put_u64(record + 16, 1000 + i);
		bytes_put_u32(record + 96, 100);
	}
	return chunk;
}

/* What was read, in order: cOFFSET+SIZE a chunk, rID a record, fOFFSET WHAT a fault. */
static void trace_fault(void *context, const struct fault *fault)
{
	g_string_append_printf(context, "f%" G_GUINT64_FORMAT " %s\n", fault->offset, fault->what);
}

static void trace_chunk(const struct chunk *chunk, GString *trace)
{
	struct record_walk walk;
	struct record record;
	struct fault fault;
	bool more;

	g_string_append_printf(trace, "c%" G_GUINT64_FORMAT "+%zu\n", chunk->offset, chunk->size);
	record_walk_init(&walk, chunk);
	do {
		more = record_walk_next(&walk, &record, &fault);
		if (fault.what)
			trace_fault(trace, &fault);
		if (more)
			g_string_append_printf(trace, "r%" G_GUINT64_FORMAT "\n", record.id);
	} while (more);
}

static void check_once(GByteArray *bytes, size_t step, const char *expected)
{
	struct memory_stream memory = memory_pipe(bytes->data, bytes->len, step);
	GString *trace = g_string_new(NULL);
	struct fault_sink faults = {trace_fault, trace};
	struct chunk_stream chunks;
	struct reader reader;
	struct chunk chunk;

	reader_init(&reader, &memory.stream);
	chunk_stream_init(&chunks, &reader, &faults);
	while (chunk_stream_next(&chunks, &chunk))
		trace_chunk(&chunk, trace);
	assert_int_equal(reader.offset, bytes->len);
	assert_string_equal(trace->str, expected);
	reader_release(&reader);
	g_string_free(trace, TRUE);
}

/* However the bytes arrive, the same comes out. */
static void check(GByteArray *bytes, const char *expected)
{
	check_once(bytes, SIZE_MAX, expected);
	check_once(bytes, 65536, expected);
	check_once(bytes, 4099, expected);
	g_byte_array_unref(bytes);
}

static void test_whole_log(void **state)
{
	GByteArray *bytes = g_byte_array_new();

	(void)state;
	add_header(bytes);
	add_chunk(bytes, 2, 1);
	add_chunk(bytes, 1, 3);
	add_zeros(bytes, 2 * WH_CHUNK_SIZE);
	check(bytes, "c4096+65536\nr1\nr2\nc69632+65536\nr3\n");
}

static void test_many_chunks(void **state)
{
	GByteArray *bytes = g_byte_array_new();
	GString *expected = g_string_new(NULL);

	(void)state;
	add_header(bytes);
	for (unsigned i = 0; i < 20; i++) {
		add_chunk(bytes, 1, i);
		g_string_append_printf(expected, "c%u+65536\nr%u\n",
				       WH_FILE_HEADER_SIZE + i * WH_CHUNK_SIZE, i);
	}
	check(bytes, expected->str);
	g_string_free(expected, TRUE);
}

static void test_no_header(void **state)
{
	GByteArray *bytes = g_byte_array_new();

	(void)state;
	add_chunk(bytes, 1, 1);
	check(bytes, "c0+65536\nr1\n");
}

static void test_damaged_header(void **state)
{
	GByteArray *bytes = g_byte_array_new();

	(void)state;
	add_header(bytes);
	memset(bytes->data, 'x', 100);
	add_chunk(bytes, 1, 1);
	assert_true(evtx_is_log(bytes->data, bytes->len));
	check(bytes, "f0 bytes that belong to no chunk\nc4096+65536\nr1\n");
}

static void test_joined_logs(void **state)
{
	GByteArray *bytes = g_byte_array_new();

	(void)state;
	add_header(bytes);
	add_chunk(bytes, 1, 1);
	add_header(bytes);
	add_chunk(bytes, 1, 9);
	check(bytes, "c4096+65536\nr1\nc73728+65536\nr9\n");
}

static void test_cut_off(void **state)
{
	GByteArray *bytes = g_byte_array_new();

	(void)state;
	add_header(bytes);
	add_chunk(bytes, 3, 1);
	g_byte_array_set_size(bytes, WH_FILE_HEADER_SIZE + WH_RECORDS_OFFSET + 250);
	check(bytes, "f4096 chunk is cut off\nc4096+762\nr1\nr2\nf4808 record is cut off\n");
}

static void test_cut_between_records(void **state)
{
	GByteArray *bytes = g_byte_array_new();

	(void)state;
	add_chunk(bytes, 3, 1);
	g_byte_array_set_size(bytes, WH_RECORDS_OFFSET + 200);
	check(bytes, "f0 chunk is cut off\nc0+712\nr1\nr2\n");
}

static void test_lost_bytes(void **state)
{
	GByteArray *bytes = g_byte_array_new();

	(void)state;
	add_header(bytes);
	add_chunk(bytes, 3, 1);
	add_chunk(bytes, 1, 4);
	g_byte_array_remove_range(bytes, WH_FILE_HEADER_SIZE + 650, 40000);
	check(bytes, "f4096 chunk is cut off\nc4096+25536\nr1\nf4708 record has a damaged size\n"
		     "c29632+65536\nr4\n");
}

static void test_garbage_between(void **state)
{
	GByteArray *bytes = g_byte_array_new();

	(void)state;
	add_chunk(bytes, 1, 1);
	for (int i = 0; i < 100000; i++)
		g_byte_array_append(bytes, (const uint8_t *)"g", 1);
	add_chunk(bytes, 1, 2);
	check(bytes, "c0+65536\nr1\nf65536 bytes that belong to no chunk\nc165536+65536\nr2\n");
}

static void test_damaged_records(void **state)
{
	GByteArray *bytes = g_byte_array_new();
	uint8_t *chunk = add_chunk(bytes, 5, 1);

	(void)state;
	bytes_put_u32(chunk + 612 + 4, 0xFFFFFFFF); /* size of record 2 */
	memset(chunk + 812, 0, 4); /* magic of record 4 */
	check(bytes, "c0+65536\nr1\nf612 record has a damaged size\nr3\n"
		     "f812 no record where one should begin\nr5\n");
}

static void test_damaged_to_the_end(void **state)
{
	GByteArray *bytes = g_byte_array_new();
	uint8_t *chunk = add_chunk(bytes, 2, 1);

	(void)state;
	memset(chunk + 612, 0xAA, 100);
	check(bytes, "c0+65536\nr1\nf612 no record where one should begin\n");
}

static void test_dirty_chunk(void **state)
{
	GByteArray *bytes = g_byte_array_new();
	uint8_t *chunk = add_chunk(bytes, 4, 1);

	(void)state;
	/* The header counts one record; two follow on; the fourth is of an older turn. */
	bytes_put_u32(chunk + 48, 612);
	bytes_put_u64(chunk + 812 + 8, 2);
	check(bytes, "c0+65536\nr1\nr2\nr3\n");
}

static void test_wild_free_space(void **state)
{
	GByteArray *bytes = g_byte_array_new();
	uint8_t *chunk = add_chunk(bytes, 2, 1);

	(void)state;
	bytes_put_u32(chunk + 48, 0xFFFFFFFF);
	check(bytes, "c0+65536\nr1\nr2\n");
}

static void test_contradictory_header(void **state)
{
	GByteArray *bytes = g_byte_array_new();
	uint8_t *chunk = add_chunk(bytes, 5, 1);

	(void)state;
	bytes_put_u32(chunk + 44, 912); /* the last record, behind what is said to be the end */
	bytes_put_u32(chunk + 48, 576);
	bytes_put_u32(chunk + 712 + 4, 0xFFFFFFFF);
	check(bytes, "c0+65536\nr1\nr2\nf712 record has a damaged size\nr4\nr5\n");
}

/* The start of BinXML behind the header tells a record from a magic that stands by chance. */
static void put_fragment(uint8_t *record)
{
	memcpy(record + WH_RECORD_HEADER, "\x0f\x01\x01\x00", 4);
}

static void check_sizes(GByteArray *bytes, const uint32_t *sizes, size_t count)
{
	struct chunk chunk = {bytes->data, bytes->len, 0};
	struct record_walk walk;
	struct record record;
	struct fault fault;

	record_walk_init(&walk, &chunk);
	for (size_t i = 0; i < count; i++) {
		assert_true(record_walk_next(&walk, &record, &fault));
		assert_int_equal(record.size, sizes[i]);
	}
	assert_false(record_walk_next(&walk, &record, &fault));
}

static void test_damaged_sizes(void **state)
{
	static const uint32_t sizes[] = {100, 100, 100, 100, 100};
	GByteArray *bytes = g_byte_array_new();
	uint8_t *chunk = add_chunk(bytes, 5, 1);

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		put_fragment(chunk + WH_RECORDS_OFFSET + 100 * i);
	bytes_put_u32(chunk + 512 + 96, 104); /* the copy of a size alone */
	bytes_put_u32(chunk + 712 + 4, 0xFFFFFFFF); /* two in a row, the first beyond the chunk */
	bytes_put_u32(chunk + 812 + 4, 40);
	bytes_put_u32(chunk + 912 + 4, 108); /* the last one: up to the free space */
	check_sizes(bytes, sizes, G_N_ELEMENTS(sizes));
	check(bytes, "c0+65536\nf512 record has a damaged size\nr1\nr2\n"
		     "f712 record has a damaged size\nr3\nf812 record has a damaged size\nr4\n"
		     "f912 record has a damaged size\nr5\n");
}

/* A magic inside a record's data is no follower: neither whole nor the next number. */
static void test_damaged_size_and_chance_magic(void **state)
{
	static const uint32_t sizes[] = {100, 100};
	GByteArray *bytes = g_byte_array_new();
	uint8_t *chunk = add_chunk(bytes, 2, 1);

	(void)state;
	put_fragment(chunk + 512);
	memcpy(chunk + 512 + 50, "**\0", 4);
	bytes_put_u32(chunk + 512 + 4, 0);
	check_sizes(bytes, sizes, G_N_ELEMENTS(sizes));
	check(bytes, "c0+65536\nf512 record has a damaged size\nr1\nr2\n");
}

/* The next chunk's magic stands across the end of the 64 KiB that this one should have. */
static void test_few_bytes_lost(void **state)
{
	(void)state;
	for (guint lost = 1; lost <= 9; lost++) {
		GByteArray *bytes = g_byte_array_new();
		g_autofree char *expected =
			g_strdup_printf("f0 chunk is cut off\nc0+%u\nr1\nr2\nc%u+65536\nr3\n",
					65536 - lost, 65536 - lost);

		add_chunk(bytes, 2, 1);
		add_chunk(bytes, 1, 3);
		add_header(bytes);
		g_byte_array_remove_range(bytes, 30000, lost);
		check(bytes, expected);
	}
}

static void test_shortened_header(void **state)
{
	GByteArray *bytes = g_byte_array_new();

	(void)state;
	add_header(bytes);
	add_chunk(bytes, 1, 1);
	add_chunk(bytes, 1, 2);
	g_byte_array_remove_range(bytes, 200, 37);
	check(bytes, "f0 file header is cut off\nc4059+65536\nr1\nc69595+65536\nr2\n");
}

static void test_is_log(void **state)
{
	uint8_t junk[WH_FILE_HEADER_SIZE + 9] = {0};

	(void)state;
	memcpy(junk + WH_FILE_HEADER_SIZE + 1, "ElfChnk", 8);
	assert_false(evtx_is_log(junk, sizeof(junk)));
	memcpy(junk + WH_FILE_HEADER_SIZE - 37, "ElfChnk", 8);
	assert_true(evtx_is_log(junk, sizeof(junk)));
	assert_false(evtx_is_log((const uint8_t *)"", 0));
	assert_false(evtx_is_log((const uint8_t *)"ElfFil", 6));
	assert_false(evtx_is_log((const uint8_t *)"PK\3\4xxxxxx", 10));
	assert_true(evtx_is_log((const uint8_t *)"ElfChnk", 8));
}

/* True where the chunk is as told: then its records are those of the walk that checks. */
static bool walks_agree(const struct chunk *chunk)
{
	struct told_record told[WH_MAX_CHUNK_RECORDS];
	struct chunk_ids ids = {0};
	struct record_walk walk;
	struct record record;
	struct fault fault;
	size_t count, i = 0;

	if (!chunk_is_as_told(chunk, &ids, told, &count))
		return false;
	record_walk_init(&walk, chunk);
	for (; record_walk_next(&walk, &record, &fault); i++) {
		struct binxml_instance instance;
		size_t end = record.offset + record.size;

		assert_null(fault.what);
		assert_true(i < count);
		assert_memory_equal(&told[i].record, &record, sizeof(record));
		assert_true(binxml_is_event(chunk->data, end, record.offset + WH_RECORD_HEADER));
		assert_int_equal(told[i].is_instance,
				 binxml_get_instance(chunk->data, end - 4,
						     record.offset + WH_RECORD_HEADER +
							     BINXML_FRAGMENT_HEADER_SIZE,
						     &instance));
		if (told[i].is_instance)
			assert_memory_equal(&told[i].instance, &instance, sizeof(instance));
	}
	assert_null(fault.what);
	assert_int_equal(i, count);
	return true;
}

static void test_chunks_as_told(void **state)
{
	static const char *const names[] = {"attacked-host.evtx", "damaged.evtx", "forwarded.evtx",
					    "sysmon-only.evtx"};
	GRand *rand = g_rand_new_with_seed(1);
	unsigned told = 0;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GByteArray) bytes = read_sample_chunk(names[i], 0);
		const struct chunk chunk = {bytes->data, bytes->len, 0};

		told += walks_agree(&chunk);
		for (unsigned round = 0; round < 3000; round++) {
			/* The chunk's header, or its records. */
			gint32 limit = round % 2 ? 64 : WH_CHUNK_SIZE / 4;
			gint32 at = g_rand_int_range(rand, 0, limit);
			uint8_t before = bytes->data[at];

			bytes->data[at] = (uint8_t)g_rand_int_range(rand, 0, 256);
			told += walks_agree(&chunk);
			bytes->data[at] = before;
		}
	}
	assert_true(told > 3000 && told < 11500);
	g_rand_free(rand);
}

/* A walk takes no word on the end from such a header, and neither may what is told. */
static void test_empty_chunk_is_as_told(void **state)
{
	g_autoptr(GByteArray) bytes = read_sample_chunk("sysmon-only.evtx", 0);
	const struct chunk chunk = {bytes->data, bytes->len, 0};
	struct told_record told[WH_MAX_CHUNK_RECORDS];
	struct chunk_ids ids;
	size_t count;

	(void)state;
	bytes_put_u64(bytes->data + 8, 1);
	bytes_put_u64(bytes->data + 16, 0);
	bytes_put_u64(bytes->data + 24, 1);
	bytes_put_u64(bytes->data + 32, 0);
	bytes_put_u32(bytes->data + 44, 0);
	bytes_put_u32(bytes->data + 48, WH_RECORDS_OFFSET);
	assert_true(chunk_is_as_told(&chunk, &ids, told, &count) && !ids.any);
	assert_true(walks_agree(&chunk));
	bytes_put_u32(bytes->data + 44, WH_RECORDS_OFFSET);
	assert_false(chunk_is_as_told(&chunk, &ids, told, &count));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_log),
		cmocka_unit_test(test_many_chunks),
		cmocka_unit_test(test_no_header),
		cmocka_unit_test(test_damaged_header),
		cmocka_unit_test(test_joined_logs),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_cut_between_records),
		cmocka_unit_test(test_lost_bytes),
		cmocka_unit_test(test_garbage_between),
		cmocka_unit_test(test_damaged_records),
		cmocka_unit_test(test_damaged_to_the_end),
		cmocka_unit_test(test_dirty_chunk),
		cmocka_unit_test(test_wild_free_space),
		cmocka_unit_test(test_contradictory_header),
		cmocka_unit_test(test_damaged_sizes),
		cmocka_unit_test(test_damaged_size_and_chance_magic),
		cmocka_unit_test(test_few_bytes_lost),
		cmocka_unit_test(test_shortened_header),
		cmocka_unit_test(test_is_log),
		cmocka_unit_test(test_chunks_as_told),
		cmocka_unit_test(test_empty_chunk_is_as_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
