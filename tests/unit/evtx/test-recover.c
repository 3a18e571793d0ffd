/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"
#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/evtx/scan_bytes.h"

/* Chunks of the samples, put where no log has them, cut, mixed and overwritten. */

#define FIRST_CHUNK WH_FILE_HEADER_SIZE
#define PAGE 4096

static const struct scan_options plain = {0};
static const struct scan_options recover = {.recover = true};

/* Bytes that hold no magic and differ from each other. */
static void add_noise(GByteArray *bytes, size_t size)
{
	uint32_t state = (uint32_t)(bytes->len + 1);

	for (size_t i = 0; i < size; i++) {
		uint8_t byte;

		state = state * 1664525 + 1013904223;
		byte = (uint8_t)(state >> 24 | 0x80);
		g_byte_array_append(bytes, &byte, 1);
	}
}

static void add_bytes(GByteArray *bytes, const GByteArray *others)
{
	g_byte_array_append(bytes, others->data, others->len);
}

static void check_lines(const GPtrArray *got, const GPtrArray *expected, guint from, guint to)
{
	assert_int_equal(got->len, to - from);
	for (guint i = from; i < to; i++)
		assert_string_equal(got->pdata[i - from], expected->pdata[i]);
}

static guint count_recovered(const struct scanned *scanned)
{
	guint count = 0;

	for (const char *at = scanned->sources->str; (at = strchr(at, 'R')); at++)
		count++;
	return count;
}

/* Recovers with and without the sieve, in large and small pieces: all must give the same. */
static struct scanned *recover_bytes(const GByteArray *bytes)
{
	const struct scan_options unsieved = {.recover = true, .no_sieve = true};
	struct scanned *scanned = scan_bytes(bytes, &recover, 0);
	struct scanned *others[] = {scan_bytes(bytes, &unsieved, 0),
				    scan_bytes(bytes, &recover, 1009)};

	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		check_lines(others[i]->lines, scanned->lines, 0, scanned->lines->len);
		assert_string_equal(others[i]->sources->str, scanned->sources->str);
		scanned_free(others[i]);
	}
	assert_int_equal(scanned->counts.recovered, count_recovered(scanned));
	return scanned;
}

/* Where the chunk's record `number` begins. */
static uint32_t find_record(const uint8_t *chunk, unsigned number)
{
	uint32_t offset = WH_RECORDS_OFFSET, size = 0;

	for (; number > 0; number--) {
		bytes_get_u32(chunk, WH_CHUNK_SIZE, offset + 4, &size);
		offset += size;
	}
	return offset;
}

static void test_chunks_in_noise(void **state)
{
	static const guint gaps[] = {1, 511, 4097, 65536 + 3, 700001};
	g_autoptr(GByteArray) chunk = read_sample_chunk("infected-host.evtx", 0);
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	struct scanned *expected = scan_bytes(log, &plain, 0);
	guint count = expected->lines->len;

	(void)state;
	assert_int_equal(count, 12);
	for (guint i = 0; i < G_N_ELEMENTS(gaps); i++) {
		g_autoptr(GByteArray) image = g_byte_array_new();
		struct scanned *got;

		add_noise(image, gaps[i]);
		add_bytes(image, chunk);
		add_noise(image, gaps[i]);
		add_bytes(image, chunk);
		got = recover_bytes(image);
		assert_string_equal(got->faults->str, "");
		assert_int_equal(got->lines->len, 2 * count);
		g_ptr_array_set_size(got->lines, (gint)count);
		check_lines(got->lines, expected->lines, 0, count);
		assert_int_equal(got->counts.recovered, 2 * count);
		scanned_free(got);
	}
	scanned_free(expected);
}

/* Recovering from a whole log gives the same, and says nothing of recovery. */
static void test_whole_logs(void **state)
{
	static const char *const names[] = {"clean-host.evtx",	  "damaged.evtx",
					    "forwarded.evtx",	  "hostile-strings.evtx",
					    "infected-host.evtx", "sysmon-only.evtx"};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GByteArray) log = read_sample(names[i]);
		struct scanned *expected = scan_bytes(log, &plain, 0);
		struct scanned *got = recover_bytes(log);

		assert_true(expected->lines->len > 0);
		check_lines(got->lines, expected->lines, 0, expected->lines->len);
		assert_string_equal(got->sources->str, expected->sources->str);
		assert_string_equal(got->faults->str, expected->faults->str);
		assert_int_equal(got->counts.recovered, 0);
		scanned_free(got);
		scanned_free(expected);
	}
}

static void test_without_file_header(void **state)
{
	static const char *const names[] = {"damaged.evtx", "infected-host.evtx"};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GByteArray) log = read_sample(names[i]);
		struct scanned *expected, *got;

		g_byte_array_remove_range(log, 0, WH_FILE_HEADER_SIZE);
		expected = scan_bytes(log, &plain, 0);
		got = recover_bytes(log);
		check_lines(got->lines, expected->lines, 0, expected->lines->len);
		assert_int_equal(got->counts.recovered, expected->lines->len);
		scanned_free(got);
		scanned_free(expected);
	}
}

static void seal_chunk(uint8_t *chunk)
{
	uint32_t end = 0, crc;

	bytes_get_u32(chunk, WH_CHUNK_SIZE, 48, &end);
	bytes_put_u32(chunk + 52,
		      crc32_update(0, chunk + WH_RECORDS_OFFSET, end - WH_RECORDS_OFFSET));
	crc = crc32_update(0, chunk, 120);
	bytes_put_u32(chunk + 124, crc32_update(crc, chunk + 128, WH_RECORDS_OFFSET - 128));
}

/* What the headers of a log of one chunk say of its records. */
static void tell_records(uint8_t *log, uint64_t first_id, uint64_t count)
{
	uint8_t *chunk = log + FIRST_CHUNK;

	bytes_put_u64(chunk + 8, 1);
	bytes_put_u64(chunk + 16, count);
	bytes_put_u64(chunk + 24, first_id);
	bytes_put_u64(chunk + 32, first_id + count - 1);
	seal_chunk(chunk);
	bytes_put_u64(log + 24, first_id + count);
	bytes_put_u32(log + 124, crc32_update(0, log, 120));
}

/* Makes slack of all records from `number` on. */
static void free_records(uint8_t *log, unsigned number)
{
	uint8_t *chunk = log + FIRST_CHUNK;

	bytes_put_u32(chunk + 44, find_record(chunk, number - 1));
	bytes_put_u32(chunk + 48, find_record(chunk, number));
	/* What follows on with the next number would not be slack. */
	for (unsigned i = 0; i < number; i++)
		bytes_put_u64(chunk + find_record(chunk, i) + 8, 90000 + i);
	tell_records(log, 90000, number);
}

static void test_slack(void **state)
{
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	struct scanned *expected = scan_bytes(log, &plain, 0), *before, *got;

	(void)state;
	free_records(log->data, 20);
	before = scan_bytes(log, &plain, 0);
	assert_in_range(before->lines->len, 1, expected->lines->len - 1);
	assert_int_equal(count_recovered(before), 0);
	got = recover_bytes(log);
	check_lines(got->lines, expected->lines, 0, expected->lines->len);
	assert_int_equal(got->counts.recovered, expected->lines->len - before->lines->len);
	assert_string_equal(got->faults->str, "");
	assert_int_equal(got->counts.unrecovered, 0);
	scanned_free(got);
	scanned_free(before);
	scanned_free(expected);
}

/* All of the slack's templates stand in the records that go, so nothing of it is sure. */
static void test_slack_without_templates(void **state)
{
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	g_autoptr(GByteArray) other = read_sample_chunk("sysmon-only.evtx", 0);
	uint8_t *chunk = log->data + FIRST_CHUNK;
	uint32_t end = find_record(chunk, 20);
	uint32_t others = find_record(other->data, 4);
	struct scanned *got;

	(void)state;
	assert_true(others < end);
	memcpy(chunk, other->data, others);
	memset(chunk + others, 0, end - others);
	bytes_put_u32(chunk + 44, find_record(other->data, 3));
	bytes_put_u32(chunk + 48, others);
	tell_records(log->data, 1, 4);
	got = recover_bytes(log);
	assert_int_equal(got->counts.recovered, 0);
	assert_true(got->counts.unrecovered > 10);
	assert_string_equal(got->faults->str, "");
	scanned_free(got);
}

/* The template stands, but one of its names was overwritten: the hash tells. */
static void test_slack_and_changed_name(void **state)
{
	static const char name[] = "E\0S\0S\0\0";
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	uint8_t *chunk = log->data + FIRST_CHUNK, *text;
	struct scanned *got;

	(void)state;
	free_records(log->data, 20);
	text = memmem(chunk, WH_CHUNK_SIZE, name, sizeof(name));
	assert_non_null(text);
	text[2] = 'T';
	got = recover_bytes(log);
	assert_true(got->lines->len > 0);
	assert_int_equal(got->counts.recovered, 0);
	assert_true(got->counts.unrecovered > 0);
	scanned_free(got);
}

static void test_header_gone(void **state)
{
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	struct scanned *expected = scan_bytes(log, &plain, 0), *got;

	(void)state;
	memset(log->data + FIRST_CHUNK, 0, WH_RECORDS_OFFSET);
	got = recover_bytes(log);
	check_lines(got->lines, expected->lines, 0, expected->lines->len);
	assert_int_equal(got->counts.recovered, expected->lines->len);
	assert_string_equal(got->faults->str, "4096 chunk without its header\n");
	scanned_free(got);
	scanned_free(expected);
}

static void test_header_damaged(void **state)
{
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	struct scanned *expected = scan_bytes(log, &plain, 0), *got;

	(void)state;
	memset(log->data + FIRST_CHUNK + WH_MAGIC_SIZE, 0xFF, WH_RECORDS_OFFSET - WH_MAGIC_SIZE);
	got = recover_bytes(log);
	check_lines(got->lines, expected->lines, 0, expected->lines->len);
	scanned_free(got);
	scanned_free(expected);
}

/* How many of the wanted records of a chunk in place end before `size`. */
static guint count_whole(const struct scanned *log, const uint8_t *chunk, uint32_t size)
{
	guint count = 0;

	for (const char *at = log->sources->str; *at; at = strchr(at, '\n') + 1) {
		uint32_t offset = (uint32_t)g_ascii_strtoull(at, NULL, 10) - FIRST_CHUNK;
		uint32_t length = 0;

		bytes_get_u32(chunk, WH_CHUNK_SIZE, offset + 4, &length);
		if (offset + length <= size)
			count++;
	}
	return count;
}

/* Of each chunk only the first pages survive; the next one begins right behind them. */
static void test_fragments(void **state)
{
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	g_autoptr(GByteArray) chunk = read_sample_chunk("infected-host.evtx", 0);
	struct scanned *expected = scan_bytes(log, &plain, 0);

	(void)state;
	for (guint pages = 2; pages < 16; pages++) {
		g_autoptr(GByteArray) image = g_byte_array_new();
		guint count = count_whole(expected, chunk->data, pages * PAGE);
		struct scanned *got;

		add_noise(image, PAGE);
		g_byte_array_append(image, chunk->data, pages * PAGE);
		add_bytes(image, chunk);
		got = recover_bytes(image);
		assert_true(got->lines->len >= count + expected->lines->len);
		for (guint i = 0; i < count; i++)
			assert_string_equal(got->lines->pdata[i], expected->lines->pdata[i]);
		g_ptr_array_remove_range(got->lines, 0, got->lines->len - expected->lines->len);
		check_lines(got->lines, expected->lines, 0, expected->lines->len);
		assert_non_null(strstr(got->faults->str, "4096 chunk is cut off\n"));
		scanned_free(got);
	}
	scanned_free(expected);
}

static bool is_one_of(GPtrArray *lines, const char *line)
{
	return g_ptr_array_find_with_equal_func(lines, line, g_str_equal, NULL);
}

/* A page that is another chunk's, or empty: what comes out whole is what was logged. */
static void check_foreign_page(const GByteArray *foreign, uint8_t mask)
{
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	struct scanned *expected = scan_bytes(log, &plain, 0);

	for (guint page = 1; page < 14; page++) {
		g_autoptr(GByteArray) image = g_byte_array_new();
		guint whole = count_whole(expected, log->data + FIRST_CHUNK, page * PAGE),
		      wrong = 0;
		struct scanned *got;

		add_noise(image, PAGE);
		g_byte_array_append(image, log->data + FIRST_CHUNK, WH_CHUNK_SIZE);
		for (guint i = 0; i < PAGE; i++)
			image->data[PAGE + page * PAGE + i] = foreign->data[page * PAGE + i] & mask;
		got = recover_bytes(image);
		for (guint i = 0; i < whole; i++)
			assert_string_equal(got->lines->pdata[i], expected->lines->pdata[i]);
		for (guint i = 0; i < got->lines->len; i++)
			wrong += !is_one_of(expected->lines, got->lines->pdata[i]);
		/* Each of them was told as a fault. */
		if (wrong)
			assert_true(strlen(got->faults->str) > 0);
		assert_true(wrong <= 1 + got->counts.undecoded);
		scanned_free(got);
	}
	scanned_free(expected);
}

/* Records of a foreign page have numbers of their own. */
static void renumber(uint8_t *chunk, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		bytes_put_u64(chunk + find_record(chunk, i) + 8, 500000 + i);
}

static void test_foreign_numbers(void **state)
{
	g_autoptr(GByteArray) chunk = read_sample_chunk("infected-host.evtx", 0);
	g_autoptr(GByteArray) foreign = read_sample_chunk("sysmon-only.evtx", 0);
	g_autoptr(GByteArray) image = g_byte_array_new();
	struct scanned *got;

	(void)state;
	renumber(foreign->data, 26);
	memcpy(chunk->data + 2 * PAGE, foreign->data + 2 * PAGE, 4 * PAGE);
	add_noise(image, 3);
	add_bytes(image, chunk);
	got = recover_bytes(image);
	assert_true(got->lines->len > 0);
	for (guint i = 0; i < got->lines->len; i++)
		assert_null(strstr(got->lines->pdata[i], "\"record_id\":5000"));
	assert_true(got->counts.unrecovered > 0);
	scanned_free(got);
}

static void test_foreign_pages(void **state)
{
	g_autoptr(GByteArray) sysmon = read_sample_chunk("sysmon-only.evtx", 0);
	g_autoptr(GByteArray) clean = read_sample_chunk("clean-host.evtx", 0);

	(void)state;
	check_foreign_page(sysmon, 0xFF);
	check_foreign_page(clean, 0xFF);
	check_foreign_page(clean, 0);
}

/* Who writes a chunk's magic into an event must not hide those behind it. */
static void test_magic_in_record(void **state)
{
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	g_autoptr(GByteArray) image = g_byte_array_new();
	uint8_t *chunk = log->data + FIRST_CHUNK;
	struct scanned *expected, *got;
	uint32_t at = find_record(chunk, 6) - 20;

	(void)state;
	memcpy(chunk + at, "ElfChnk", WH_MAGIC_SIZE);
	expected = scan_bytes(log, &plain, 0);
	got = recover_bytes(log);
	check_lines(got->lines, expected->lines, 0, expected->lines->len);
	assert_int_equal(expected->lines->len, 12);
	scanned_free(got);

	seal_chunk(chunk);
	add_noise(image, 77);
	g_byte_array_append(image, chunk, WH_CHUNK_SIZE);
	got = recover_bytes(image);
	check_lines(got->lines, expected->lines, 0, expected->lines->len);
	scanned_free(got);
	scanned_free(expected);
}

static void test_at_chunk(void **state)
{
	g_autoptr(GByteArray) log = read_sample("damaged.evtx");
	struct scanned *got = scan_bytes(log, &plain, 0);

	(void)state;
	assert_string_equal(got->chunks->str, "4096+65536 4096+0 69632+8368 69632+0 ");
	scanned_free(got);
}

static struct scanned *scan_quickly(const GByteArray *log, bool wants_other, bool everything)
{
	const struct scan_options options = {
		.quick = true, .other_channels = wants_other, .everything = everything};

	return scan_bytes(log, &options, 0);
}

static void check_quick(const GByteArray *log, bool wants_other, bool everything, guint chunks)
{
	struct scanned *got = scan_quickly(log, wants_other, everything);

	assert_int_equal(got->counts.chunks, chunks);
	assert_int_equal(got->counts.skipped_by_channel, chunks == 1);
	scanned_free(got);
}

static void test_quick(void **state)
{
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	g_autoptr(GByteArray) mixed = read_sample("forwarded.evtx");
	g_autoptr(GByteArray) second = read_sample_chunk("clean-host.evtx", 0);

	(void)state;
	add_bytes(log, second);
	add_bytes(mixed, second);
	check_quick(log, false, false, 2);
	check_quick(log, true, false, 1);
	check_quick(log, true, true, 2);
	check_quick(mixed, true, false, 2);
}

/* Nothing stands behind the first chunk: nothing is left out. */
static void test_quick_and_one_chunk(void **state)
{
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	struct scanned *got = scan_quickly(log, true, false);

	(void)state;
	assert_int_equal(got->counts.skipped_by_channel, 0);
	assert_int_equal(got->lines->len, 12);
	scanned_free(got);
}

/* A log that does not say for sure what it is, is read to its end. */
static void test_quick_and_damage(void **state)
{
	g_autoptr(GByteArray) log = read_sample("infected-host.evtx");
	g_autoptr(GByteArray) second = read_sample_chunk("clean-host.evtx", 0);

	(void)state;
	add_bytes(log, second);
	/* The last record, then one in the middle, then all. */
	bytes_put_u32(log->data + FIRST_CHUNK + find_record(log->data + FIRST_CHUNK, 42), 0xFF);
	check_quick(log, true, false, 2);
	bytes_put_u32(log->data + FIRST_CHUNK + find_record(log->data + FIRST_CHUNK, 5) + 4, 3);
	check_quick(log, true, false, 2);
	memset(log->data + FIRST_CHUNK + WH_RECORDS_OFFSET, 0, WH_CHUNK_SIZE - WH_RECORDS_OFFSET);
	check_quick(log, true, false, 2);
	g_byte_array_remove_range(log, 0, FIRST_CHUNK + WH_CHUNK_SIZE);
	add_bytes(log, second);
	check_quick(log, true, false, 2);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chunks_in_noise),
		cmocka_unit_test(test_whole_logs),
		cmocka_unit_test(test_without_file_header),
		cmocka_unit_test(test_slack),
		cmocka_unit_test(test_slack_without_templates),
		cmocka_unit_test(test_slack_and_changed_name),
		cmocka_unit_test(test_header_gone),
		cmocka_unit_test(test_header_damaged),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_foreign_numbers),
		cmocka_unit_test(test_foreign_pages),
		cmocka_unit_test(test_magic_in_record),
		cmocka_unit_test(test_at_chunk),
		cmocka_unit_test(test_quick),
		cmocka_unit_test(test_quick_and_one_chunk),
		cmocka_unit_test(test_quick_and_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
