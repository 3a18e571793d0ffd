/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "archive/sevenzip/number.h"
#include "archive/sevenzip/plain.h"
#include "tests/unit/archive/archive_contents.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/memory_stream.h"
#include "tests/unit/archive/sevenzip_archive.h"

static const char *const right[] = {WH_ARCHIVE_PASSWORD, NULL};
static const char *const wrong[] = {"else", "\xff", NULL};

static enum sevenzip_result open_bytes(struct memory_stream *in, const GByteArray *archive,
				       const char *const *passwords, struct stream **out)
{
	const char *problem = NULL;
	enum sevenzip_result result;

	*in = memory_stream(archive->data, archive->len);
	*out = NULL;
	result = sevenzip_open_plain(&in->stream, passwords, NULL, NULL, NULL, out, &problem);
	assert_int_equal(*out != NULL, result == SEVENZIP_OPENED);
	assert_int_equal(problem != NULL, result != SEVENZIP_OPENED && result != SEVENZIP_PLAIN);
	return result;
}

static enum sevenzip_result open_shape(const struct sevenzip_shape *shape,
				       const char *const *passwords)
{
	GByteArray *archive = sevenzip_archive_new(shape);
	enum sevenzip_result result;
	struct memory_stream in;
	struct stream *out;

	result = open_bytes(&in, archive, passwords, &out);
	sevenzip_plain_free(out);
	g_byte_array_unref(archive);
	return result;
}

/* How many files hold the lines, and nothing else. */
static unsigned count_right(struct stream *stream, bool *is_whole)
{
	GHashTable *contents = archive_contents(stream, is_whole);
	g_autoptr(GString) text = g_string_new(NULL);
	unsigned count = 0;
	GHashTableIter each;
	gpointer data;

	for (unsigned i = 0; i < WH_ARCHIVE_LINES; i++)
		g_string_append(text, sevenzip_archive_line);
	g_hash_table_iter_init(&each, contents);
	while (g_hash_table_iter_next(&each, NULL, &data)) {
		gsize size;
		const char *found = g_bytes_get_data(data, &size);

		count += size == text->len && memcmp(found, text->str, size) == 0;
	}
	g_hash_table_unref(contents);
	return count;
}

static const struct sevenzip_shape shapes[] = {
	{.folders = 1, .power = 0},
	{.folders = 2, .power = 3, .is_stored = true},
	{.folders = 3, .power = 0x3f, .hides_header = true},
	{.folders = 12, .power = 7, .hides_header = true},
	{.folders = 1, .power = 0, .is_stored = true, .hides_header = true},
};

static void reads_what_was_written_by_hand(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
		GByteArray *archive = sevenzip_archive_new(&shapes[i]);
		struct memory_stream in;
		struct stream *out;
		bool is_whole;

		assert_int_equal(open_bytes(&in, archive, right, &out), SEVENZIP_OPENED);
		assert_int_equal(count_right(out, &is_whole), shapes[i].folders);
		assert_true(is_whole);
		sevenzip_plain_free(out);
		g_byte_array_unref(archive);
	}
}

static void tells_wrong_and_missing_passwords(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
		assert_int_equal(open_shape(&shapes[i], wrong), SEVENZIP_WRONG_PASSWORD);
		assert_int_equal(open_shape(&shapes[i], NULL), SEVENZIP_NO_PASSWORD);
	}
}

static void refuses_work_beyond_the_limits(void **state)
{
	struct sevenzip_shape shape = {.folders = WH_MAX_SEVENZIP_KEYS, .is_stored = true};

	(void)state;
	assert_int_equal(open_shape(&shape, right), SEVENZIP_OPENED);
	shape.folders++;
	assert_int_equal(open_shape(&shape, right), SEVENZIP_DAMAGED);
}

/* The first byte of the properties is the power; they stand behind the coder's id. */
static GByteArray *set_power(const struct sevenzip_shape *shape, unsigned power)
{
	GByteArray *archive = sevenzip_archive_new(shape);
	size_t header = sevenzip_archive_header(archive);
	uint8_t *id = memmem(archive->data + header, archive->len - header, "\x06\xf1\x07\x01", 4);

	assert_non_null(id);
	id[5] = (uint8_t)(0xc0 | power);
	sevenzip_archive_seal(archive);
	return archive;
}

static void refuses_a_power_beyond_the_limit(void **state)
{
	(void)state;
	for (unsigned hides = 0; hides < 2; hides++) {
		struct sevenzip_shape shape = {.folders = 1, .hides_header = hides};

		for (unsigned power = WH_MAX_SEVENZIP_POWER + 1; power < 0x3f; power++) {
			GByteArray *archive = set_power(&shape, power);
			struct memory_stream in;
			struct stream *out;

			assert_int_equal(open_bytes(&in, archive, right, &out), SEVENZIP_DAMAGED);
			g_byte_array_unref(archive);
		}
	}
}

static void refuses_what_it_does_not_read(void **state)
{
	const struct sevenzip_shape twice = {.folders = 1, .is_twice = true};
	const struct sevenzip_shape short_of_bytes = {.folders = 1, .extra_size = 16};

	(void)state;
	assert_int_equal(open_shape(&twice, right), SEVENZIP_DAMAGED);
	assert_int_equal(open_shape(&short_of_bytes, right), SEVENZIP_DAMAGED);
}

/* A damaged file must not keep the others from being tried with the password. */
static void opens_what_has_one_damaged_file(void **state)
{
	struct sevenzip_shape shape = {.folders = 3, .is_stored = true};
	GByteArray *archive = sevenzip_archive_new(&shape);
	struct memory_stream in;
	struct stream *out;
	bool is_whole;

	(void)state;
	archive->data[100] ^= 1;
	assert_int_equal(open_bytes(&in, archive, right, &out), SEVENZIP_OPENED);
	assert_int_equal(count_right(out, &is_whole), 2);
	sevenzip_plain_free(out);
	assert_int_equal(open_bytes(&in, archive, wrong, &out), SEVENZIP_WRONG_PASSWORD);
	g_byte_array_unref(archive);
}

/* One variant: opens, and is read to its end, whatever libarchive thinks of it. */
static enum sevenzip_result run_damaged(const GByteArray *archive)
{
	struct memory_stream in;
	struct stream *out;
	enum sevenzip_result result = open_bytes(&in, archive, right, &out);
	uint8_t block[100];
	bool is_whole;
	uint64_t size = 0;
	ssize_t got;

	if (result != SEVENZIP_OPENED)
		return result;
	while ((got = out->read(out, block, sizeof(block))) > 0)
		size += (uint64_t)got;
	assert_int_equal(got, 0);
	assert_int_equal(size, out->size);
	g_hash_table_unref(archive_contents(out, &is_whole));
	sevenzip_plain_free(out);
	return result;
}

static void damage_each_byte(const struct sevenzip_shape *shape, uint8_t mask, bool seals)
{
	g_autoptr(GByteArray) whole = sevenzip_archive_new(shape);
	size_t start = seals ? sevenzip_archive_header(whole) : 0;
	unsigned counts[SEVENZIP_DAMAGED + 1] = {0};

	for (size_t i = start; i < whole->len; i++) {
		g_autoptr(GByteArray) archive = g_byte_array_new();

		g_byte_array_append(archive, whole->data, whole->len);
		archive->data[i] ^= mask;
		if (seals)
			sevenzip_archive_seal(archive);
		counts[run_damaged(archive)]++;
	}
	/* Headers that fail their digest are left to the reader of plain archives. */
	assert_int_equal(seals, counts[SEVENZIP_DAMAGED] > 0);
	assert_true(counts[SEVENZIP_OPENED] > 0);
	assert_true(seals || counts[SEVENZIP_PLAIN] > 0);
}

static void survives_damage_of_each_byte(void **state)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x1f};

	(void)state;
	for (size_t i = 0; i < 4 * G_N_ELEMENTS(masks); i++) {
		/* Seen from the header only the ones in plain can be told to be damaged. */
		damage_each_byte(&shapes[i % 2], masks[i / 4], true);
		damage_each_byte(&shapes[i % 2], masks[i / 4], false);
	}
}

static void survives_a_cut_at_each_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
		g_autoptr(GByteArray) archive = sevenzip_archive_new(&shapes[i]);
		size_t header = sevenzip_archive_header(archive);

		while (archive->len > header + 1) {
			g_byte_array_set_size(archive, archive->len - 1);
			sevenzip_archive_seal(archive);
			run_damaged(archive);
		}
		for (; archive->len > 0; g_byte_array_set_size(archive, archive->len - 1))
			assert_int_equal(run_damaged(archive), SEVENZIP_PLAIN);
	}
}

static void numbers_come_back(void **state)
{
	(void)state;
	for (unsigned shift = 0; shift < 64; shift++) {
		for (uint64_t near = 0; near < 3; near++) {
			g_autoptr(GByteArray) bytes = g_byte_array_new();
			uint64_t number = (1ull << shift) + near - 1, back;
			struct sevenzip_bytes left;

			sevenzip_put_number(bytes, number);
			left = (struct sevenzip_bytes){bytes->data, bytes->len};
			assert_true(sevenzip_take_number(&left, &back));
			assert_int_equal(back, number);
			assert_int_equal(left.size, 0);
			left = (struct sevenzip_bytes){bytes->data, bytes->len - 1};
			assert_false(sevenzip_take_number(&left, &back));
		}
	}
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_come_back),
		cmocka_unit_test(reads_what_was_written_by_hand),
		cmocka_unit_test(tells_wrong_and_missing_passwords),
		cmocka_unit_test(refuses_work_beyond_the_limits),
		cmocka_unit_test(refuses_a_power_beyond_the_limit),
		cmocka_unit_test(refuses_what_it_does_not_read),
		cmocka_unit_test(opens_what_has_one_damaged_file),
		cmocka_unit_test(survives_damage_of_each_byte),
		cmocka_unit_test(survives_a_cut_at_each_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
