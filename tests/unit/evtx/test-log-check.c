/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "base/bytes.h"
#include "base/crc32.h"
#include "base/limits.h"
#include "evtx/log_check.h"
#include "tests/unit/cmocka_test.h"

/* The runs of tests/word show each kind of difference; here stands what no small log can show. */

struct checked {
	GString *said;
	struct fault_sink sink;
	struct log_check check;
	uint64_t offset; /* of the next chunk */
	uint64_t next_id;
};

static void add_fault(void *context, const struct fault *fault)
{
	g_string_append_printf(context, "%s\n", fault->what);
}

static void begin(struct checked *checked)
{
	static const struct stream stream = {.path = "bytes"};

	checked->said = g_string_new(NULL);
	checked->sink = (struct fault_sink){add_fault, checked->said};
	checked->offset = 0;
	checked->next_id = 1;
	log_check_init(&checked->check, &checked->sink, &stream);
}

static void expect(struct checked *checked, const char *said)
{
	log_check_end(&checked->check);
	assert_string_equal(checked->said->str, said);
	g_string_free(checked->said, TRUE);
}

static void add_header(struct checked *checked, unsigned minor, uint32_t chunks, uint64_t next_id)
{
	uint8_t header[WH_FILE_HEADER_SIZE] = "ElfFile";

	bytes_put_u64(header + 24, next_id);
	bytes_put_u16(header + 36, (uint16_t)minor);
	bytes_put_u16(header + 38, 3);
	bytes_put_u16(header + 42, (uint16_t)chunks);
	if (minor >= 2)
		bytes_put_u16(header + 44, (uint16_t)(chunks >> 16));
	bytes_put_u32(header + 124, crc32_update(0, header, 120));
	log_check_begin(&checked->check, header, sizeof(header), checked->offset);
	checked->offset += WH_FILE_HEADER_SIZE;
}

static void add_chunks(struct checked *checked, uint64_t count)
{
	for (; count > 0; count--) {
		const struct log_chunk chunk = {
			.offset = checked->offset,
			.ids = {checked->next_id, checked->next_id, checked->next_id, true}};

		log_check_add(&checked->check, &chunk);
		checked->offset += WH_CHUNK_SIZE;
		checked->next_id++;
	}
}

/* Since version 3.2 the count has 32 bits; before, 16 of them are left. */
static void test_large_logs(void **state)
{
	struct checked checked;

	(void)state;
	begin(&checked);
	add_header(&checked, 2, 65540, 65541);
	add_chunks(&checked, 65540);
	expect(&checked, "");

	begin(&checked);
	add_header(&checked, 2, 65540, 65541);
	add_chunks(&checked, 4);
	expect(&checked, "4 of 65540 chunks: the others are cut off or overwritten\n");

	begin(&checked);
	add_header(&checked, 1, 65540, 65541);
	add_chunks(&checked, 65540);
	expect(&checked, "");

	begin(&checked);
	add_header(&checked, 1, 3, 65541);
	add_chunks(&checked, 65540);
	expect(&checked, "65540 chunks, where the file header counts 3\n");
}

/* A stream can hold one log after another: each is held to its own word. */
static void test_logs_in_a_row(void **state)
{
	struct checked checked;

	(void)state;
	begin(&checked);
	add_header(&checked, 1, 2, 3);
	add_chunks(&checked, 2);
	checked.next_id = 90;
	add_header(&checked, 1, 4, 94);
	add_chunks(&checked, 3);
	expect(&checked, "3 of 4 chunks: the others are cut off or overwritten\n");

	begin(&checked);
	add_header(&checked, 1, 1, 2);
	add_header(&checked, 1, 1, 2);
	add_chunks(&checked, 1);
	expect(&checked, "0 of 1 chunks: the others are cut off or overwritten\n");
}

/* Without a file header nothing is said of the log, and of its records nothing is known. */
static void test_no_header(void **state)
{
	struct checked checked;

	(void)state;
	begin(&checked);
	add_chunks(&checked, 2);
	checked.next_id = 7;
	add_chunks(&checked, 2);
	expect(&checked, "");
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_large_logs),
		cmocka_unit_test(test_logs_in_a_row),
		cmocka_unit_test(test_no_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
