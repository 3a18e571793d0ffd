/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "archive/zip_directory.h"
#include "tests/support/memory_stream.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/archive/zip_make.h"

static bool read_directory(const GByteArray *bytes, bool strict, uint64_t most,
			   struct zip_directory *directory)
{
	g_autofree uint8_t *copy = g_memdup2(bytes->data, bytes->len);
	struct memory_stream memory = memory_stream(copy, bytes->len);

	return zip_directory_read(&memory.stream, strict, most, directory);
}

/* a, b, … in the order of the archive. */
static GByteArray *make_zip(unsigned count, bool zip64)
{
	struct zip_make make;

	zip_make_init(&make);
	for (unsigned i = 0; i < count; i++) {
		char name[] = {(char)('a' + i % 26), '\0'};
		struct zip_file file = {.name = name, .data = "12", .size = 2, .zip64 = zip64};

		zip_make_add(&make, &file);
	}
	return zip_make_end(&make, "", zip64);
}

#define LOCAL 33 /* bytes of such a file and its header */
#define RECORD 47 /* of its directory entry */

static void test_items(void **state)
{
	(void)state;
	for (unsigned zip64 = 0; zip64 < 2; zip64++) {
		GByteArray *bytes = make_zip(3, zip64);
		struct zip_directory directory;

		assert_true(read_directory(bytes, true, 10, &directory));
		assert_null(directory.problem);
		assert_false(directory.cut || directory.more);
		assert_int_equal(directory.items->len, 3);
		assert_int_equal(directory.position, 3 * LOCAL);
		for (unsigned i = 0; i < 3; i++) {
			const struct zip_item *item = zip_directory_get(&directory, i);

			assert_int_equal(item->offset, i * LOCAL);
			assert_int_equal(item->end, (i + 1) * LOCAL);
			assert_int_equal(item->size, 2);
			assert_int_equal(item->packed, 2);
			assert_int_equal(item->name_length, 1);
			assert_int_equal(directory.names->data[item->name], 'a' + i);
		}
		zip_directory_release(&directory);
		g_byte_array_unref(bytes);
	}
}

static void test_most(void **state)
{
	GByteArray *bytes = make_zip(5, false);
	struct zip_directory directory;

	(void)state;
	assert_true(read_directory(bytes, true, 4, &directory));
	assert_true(directory.more);
	assert_int_equal(directory.items->len, 4);
	zip_directory_release(&directory);
	assert_true(read_directory(bytes, true, 5, &directory));
	assert_false(directory.more);
	zip_directory_release(&directory);
	g_byte_array_unref(bytes);
}

/* The number of entries has 16 bits without zip64: some writers let it wrap. */
static void test_more_than_16_bits(void **state)
{
	GByteArray *bytes = make_zip(66000, false);
	struct zip_directory directory;

	(void)state;
	assert_true(read_directory(bytes, true, 100000, &directory));
	assert_null(directory.problem);
	assert_int_equal(directory.items->len, 66000);
	zip_directory_release(&directory);
	g_byte_array_unref(bytes);
}

static void test_order(void **state)
{
	GByteArray *bytes = make_zip(3, false);
	uint8_t *records = bytes->data + 3 * LOCAL;
	struct zip_directory directory;

	(void)state;
	bytes_put_u32(records + 42, 2 * LOCAL);
	bytes_put_u32(records + 2 * RECORD + 42, 0);
	assert_true(read_directory(bytes, true, 10, &directory));
	for (unsigned i = 0; i < 3; i++) {
		const struct zip_item *item = zip_directory_get(&directory, i);

		assert_int_equal(item->offset, i * LOCAL);
		assert_int_equal(directory.names->data[item->name], 'c' - i);
	}
	zip_directory_release(&directory);
	g_byte_array_unref(bytes);
}

static void test_damage(void **state)
{
	GByteArray *bytes = make_zip(3, false);
	uint8_t *records = bytes->data + 3 * LOCAL, *ending = records + 3 * RECORD;
	struct zip_directory directory;

	(void)state;
	records[2 * RECORD] = 0;
	assert_true(read_directory(bytes, true, 10, &directory));
	assert_string_equal(directory.problem, "the zip's directory is damaged");
	assert_true(directory.cut);
	assert_int_equal(directory.items->len, 2);
	zip_directory_release(&directory);
	records[2 * RECORD] = 'P';
	ending[10] = 4;
	assert_true(read_directory(bytes, true, 10, &directory));
	assert_string_equal(directory.problem,
			    "the zip's end record counts other entries than its directory");
	assert_false(directory.cut);
	zip_directory_release(&directory);
	g_byte_array_unref(bytes);
}

static void test_no_zip(void **state)
{
	GByteArray *bytes = make_zip(3, false);
	struct zip_directory directory;

	(void)state;
	g_byte_array_append(bytes, (const uint8_t *)"more", 4);
	assert_false(read_directory(bytes, true, 10, &directory));
	assert_true(read_directory(bytes, false, 10, &directory));
	zip_directory_release(&directory);
	bytes->data[3 * LOCAL] = 0; /* the directory's first mark */
	assert_false(read_directory(bytes, false, 10, &directory));
	g_byte_array_set_size(bytes, 21);
	assert_false(read_directory(bytes, false, 10, &directory));
	g_byte_array_set_size(bytes, 0);
	assert_false(read_directory(bytes, false, 10, &directory));
	g_byte_array_unref(bytes);
}

/* Numbers in the end records and entries that lead far out. */
static void test_wild_numbers(void **state)
{
	(void)state;
	for (unsigned zip64 = 0; zip64 < 2; zip64++) {
		GByteArray *bytes = make_zip(3, zip64);

		for (guint i = 3 * LOCAL; i + 4 <= bytes->len; i++) {
			struct zip_directory directory;
			uint8_t kept[4];

			memcpy(kept, bytes->data + i, 4);
			memset(bytes->data + i, 0xff, 4);
			if (read_directory(bytes, false, 10, &directory)) {
				assert_in_range(directory.items->len, 0, 3);
				zip_directory_release(&directory);
			}
			memcpy(bytes->data + i, kept, 4);
		}
		g_byte_array_unref(bytes);
	}
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_items),	     cmocka_unit_test(test_most),
		cmocka_unit_test(test_order),	     cmocka_unit_test(test_more_than_16_bits),
		cmocka_unit_test(test_damage),	     cmocka_unit_test(test_no_zip),
		cmocka_unit_test(test_wild_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
