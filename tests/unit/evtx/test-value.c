/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "evtx/binxml.h"
#include "evtx/value.h"
#include "tests/unit/cmocka_test.h"

/* The bytes go to the heap, so that the sanitizers see a read beyond them. */
static void check(uint8_t type, const void *data, size_t size, const char *expected)
{
	g_autofree uint8_t *bytes = g_memdup2(data, size);
	GString *out = g_string_new("<");

	value_append(out, bytes, size, type);
	g_string_append_c(out, '>');
	out->str[out->len - 1] = '\0';
	assert_string_equal(out->str + 1, expected);
	assert_int_equal(out->str[0], '<');
	g_string_free(out, TRUE);
}

#define CHECK(type, bytes, expected) check(type, bytes, sizeof(bytes) - 1, expected)

static void check_number(uint8_t type, size_t size, uint64_t number, const char *expected)
{
	uint8_t bytes[8];

	bytes_put_u64(bytes, number);
	check(type, bytes, size, expected);
}

static void test_signed(void **state)
{
	(void)state;
	check_number(BINXML_TYPE_INT8, 1, 0, "0");
	check_number(BINXML_TYPE_INT8, 1, 0x7F, "127");
	check_number(BINXML_TYPE_INT8, 1, 0x80, "-128");
	check_number(BINXML_TYPE_INT8, 1, 0xFF, "-1");
	check_number(BINXML_TYPE_INT16, 2, 0x7FFF, "32767");
	check_number(BINXML_TYPE_INT16, 2, 0x8000, "-32768");
	check_number(BINXML_TYPE_INT16, 2, 0xFFFF, "-1");
	check_number(BINXML_TYPE_INT32, 4, INT32_MAX, "2147483647");
	check_number(BINXML_TYPE_INT32, 4, 0x80000000, "-2147483648");
	check_number(BINXML_TYPE_INT32, 4, 0xFFFFFFFF, "-1");
	check_number(BINXML_TYPE_INT64, 8, INT64_MAX, "9223372036854775807");
	check_number(BINXML_TYPE_INT64, 8, (uint64_t)INT64_MAX + 1, "-9223372036854775808");
	check_number(BINXML_TYPE_INT64, 8, UINT64_MAX, "-1");
	check_number(BINXML_TYPE_INT64, 8, 0, "0");
}

static void test_unsigned(void **state)
{
	(void)state;
	check_number(BINXML_TYPE_UINT8, 1, 0, "0");
	check_number(BINXML_TYPE_UINT8, 1, 0xFF, "255");
	check_number(BINXML_TYPE_UINT16, 2, 0xFFFF, "65535");
	check_number(BINXML_TYPE_UINT16, 2, 0x0100, "256");
	check_number(BINXML_TYPE_UINT32, 4, UINT32_MAX, "4294967295");
	check_number(BINXML_TYPE_UINT32, 4, 10, "10");
	check_number(BINXML_TYPE_UINT64, 8, UINT64_MAX, "18446744073709551615");
	check_number(BINXML_TYPE_UINT64, 8, 1, "1");
}

static void test_hex(void **state)
{
	(void)state;
	check_number(BINXML_TYPE_HEX_INT32, 4, 0, "0x0");
	check_number(BINXML_TYPE_HEX_INT32, 4, 0x3E7, "0x3e7");
	check_number(BINXML_TYPE_HEX_INT32, 4, UINT32_MAX, "0xffffffff");
	check_number(BINXML_TYPE_HEX_INT64, 8, 0, "0x0");
	check_number(BINXML_TYPE_HEX_INT64, 8, UINT64_C(0x8000000000000000), "0x8000000000000000");
	check_number(BINXML_TYPE_HEX_INT64, 8, UINT64_MAX, "0xffffffffffffffff");
}

static void test_size(void **state)
{
	(void)state;
	check_number(BINXML_TYPE_SIZE, 4, 0x1000, "0x1000");
	check_number(BINXML_TYPE_SIZE, 4, UINT32_MAX, "0xffffffff");
	check_number(BINXML_TYPE_SIZE, 8, UINT64_C(0x7FF600000000), "0x7ff600000000");
	check_number(BINXML_TYPE_SIZE, 8, 0, "0x0");
	check_number(BINXML_TYPE_SIZE, 2, 0x1234, "3412");
}

static void check_single(float number, const char *expected)
{
	check(BINXML_TYPE_REAL32, &number, sizeof(number), expected);
}

static void check_double(double number, const char *expected)
{
	check(BINXML_TYPE_REAL64, &number, sizeof(number), expected);
}

static void test_reals(void **state)
{
	(void)state;
	check_single(0.0f, "0");
	check_single(-0.0f, "-0");
	check_single(0.5f, "0.5");
	check_single(-1.5f, "-1.5");
	check_single(16777216.0f, "16777216");
	check_single(0.1f, "0.1");
	check_double(0.0, "0");
	check_double(0.1, "0.1");
	check_double(-2.25, "-2.25");
	check_double(1.0 / 3, "0.3333333333333333");
	check_double(123456789.0, "123456789");
}

/* What the shortest form is, is not the test's business; that it reads back is. */
static void test_reals_read_back(void **state)
{
	static const double numbers[] = {G_MAXDOUBLE, G_MINDOUBLE, -1e300, 3.14159265358979,
					 1e-7,	      1e21,	   5e-324, 9007199254740993.0};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		GString *out = g_string_new(NULL);
		float single = (float)(i + 1) / 7;

		value_append(out, (const uint8_t *)&numbers[i], 8, BINXML_TYPE_REAL64);
		assert_true(g_ascii_strtod(out->str, NULL) == numbers[i]);
		g_string_truncate(out, 0);
		value_append(out, (const uint8_t *)&single, 4, BINXML_TYPE_REAL32);
		assert_true((float)g_ascii_strtod(out->str, NULL) == single);
		g_string_free(out, TRUE);
	}
}

static void test_boolean(void **state)
{
	(void)state;
	check_number(BINXML_TYPE_BOOLEAN, 4, 0, "false");
	check_number(BINXML_TYPE_BOOLEAN, 4, 1, "true");
	check_number(BINXML_TYPE_BOOLEAN, 4, 0xFF000000, "true");
	check_number(BINXML_TYPE_BOOLEAN, 1, 1, "01");
}

static void test_guid(void **state)
{
	(void)state;
	CHECK(BINXML_TYPE_GUID, "\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff",
	      "{00112233-4455-6677-8899-AABBCCDDEEFF}");
	CHECK(BINXML_TYPE_GUID, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
	      "{00000000-0000-0000-0000-000000000000}");
	CHECK(BINXML_TYPE_GUID, "\x33\x22\x11", "332211");
}

static void test_times(void **state)
{
	(void)state;
	check_number(BINXML_TYPE_FILETIME, 8, 0, "1601-01-01T00:00:00.000000000Z");
	check_number(BINXML_TYPE_FILETIME, 8, UINT64_C(133485407999999999),
		     "2023-12-31T23:59:59.999999900Z");
	check_number(BINXML_TYPE_FILETIME, 8, UINT64_MAX, "60056-05-28T05:36:10.955161500Z");
	check_number(BINXML_TYPE_FILETIME, 4, 1, "01000000");
	/* 2024-02-29, a Thursday, 23:59:58.007 */
	CHECK(BINXML_TYPE_SYSTEMTIME,
	      "\xE8\x07\x02\x00\x04\x00\x1D\x00\x17\x00\x3B\x00\x3A\x00\x07\x00",
	      "2024-02-29T23:59:58.007Z");
	CHECK(BINXML_TYPE_SYSTEMTIME, "\xE8\x07\x02\x00", "E8070200");
}

static void test_sid(void **state)
{
	(void)state;
	CHECK(BINXML_TYPE_SID, "\1\1\0\0\0\0\0\5\x12\0\0\0", "S-1-5-18");
	CHECK(BINXML_TYPE_SID, "\1\0\0\0\0\0\0\1", "S-1-1");
	CHECK(BINXML_TYPE_SID, "\1\2\0\0\0\0\0\5\x20\0\0\0\xFF\xFF\xFF\xFF", "S-1-5-32-4294967295");
	CHECK(BINXML_TYPE_SID, "\1\1\1\0\0\0\0\0\1\0\0\0", "S-1-0x010000000000-1");
}

static void test_bad_sid(void **state)
{
	(void)state;
	CHECK(BINXML_TYPE_SID, "\2\1\0\0\0\0\0\5\x12\0\0\0", "020100000000000512000000");
	CHECK(BINXML_TYPE_SID, "\1\2\0\0\0\0\0\5\x12\0\0\0", "010200000000000512000000");
	CHECK(BINXML_TYPE_SID, "\1\1\0\0\0\0\0\5\x12\0\0\0\0", "01010000000000051200000000");
	CHECK(BINXML_TYPE_SID, "\1\1\0", "010100");
}

static void test_strings(void **state)
{
	(void)state;
	CHECK(BINXML_TYPE_STRING, "a\0b\0", "ab");
	CHECK(BINXML_TYPE_STRING, "a\0b\0\0\0", "ab");
	CHECK(BINXML_TYPE_STRING, "a\0\0\0\0\0\0\0", "a");
	CHECK(BINXML_TYPE_STRING, "\0\0", "");
	CHECK(BINXML_TYPE_STRING, "\xE9\0\x3D\xD8\0\xDE", "é😀");
	/* Half a unit at the end belongs to no character. */
	CHECK(BINXML_TYPE_STRING, "a\0b", "a");
}

static void test_ansi(void **state)
{
	(void)state;
	CHECK(BINXML_TYPE_ANSI_STRING, "abc", "abc");
	CHECK(BINXML_TYPE_ANSI_STRING, "abc\0\0", "abc");
	CHECK(BINXML_TYPE_ANSI_STRING, "\xE9\x80\x99", "é€™");
	CHECK(BINXML_TYPE_ANSI_STRING, "\x9F\xA0\xFF", "Ÿ\xC2\xA0ÿ");
	/* A code that means nothing. */
	CHECK(BINXML_TYPE_ANSI_STRING, "a\x81", "6181");
}

static void test_binary(void **state)
{
	(void)state;
	CHECK(BINXML_TYPE_BINARY, "\x00\xFF\x7F\x80\xAB", "00FF7F80AB");
	CHECK(BINXML_TYPE_BINARY, "\x00", "00");
}

static void test_nothing(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 256; type++)
		check((uint8_t)type, "", 0, "");
	check(BINXML_TYPE_NULL, "\1\2", 2, "");
}

/* A size that does not fit its type, and a type that nobody knows: no byte is lost. */
static void test_binary_instead(void **state)
{
	static const uint8_t fixed[] = {
		BINXML_TYPE_INT8,     BINXML_TYPE_UINT8,      BINXML_TYPE_INT16,
		BINXML_TYPE_UINT16,   BINXML_TYPE_INT32,      BINXML_TYPE_UINT32,
		BINXML_TYPE_INT64,    BINXML_TYPE_UINT64,     BINXML_TYPE_REAL32,
		BINXML_TYPE_REAL64,   BINXML_TYPE_BOOLEAN,    BINXML_TYPE_GUID,
		BINXML_TYPE_FILETIME, BINXML_TYPE_SYSTEMTIME, BINXML_TYPE_HEX_INT32,
		BINXML_TYPE_SIZE,     BINXML_TYPE_HEX_INT64,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fixed); i++) {
		CHECK(fixed[i], "\1\2\3", "010203");
		CHECK(fixed[i], "\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf\x10\x11",
		      "0102030405060708090A0B0C0D0E0F1011");
	}
	CHECK(0x16, "\1\2\3\4", "01020304");
	CHECK(0x20, "\1\2", "0102");
	CHECK(0x7F, "\xFF", "FF");
}

static void check_element(uint8_t type, const void *data, size_t size, size_t expected,
			  size_t expected_text)
{
	g_autofree uint8_t *bytes = g_memdup2(data, size);
	size_t text_size = SIZE_MAX;

	assert_int_equal(value_element_size(bytes, size, type, &text_size), expected);
	if (expected)
		assert_int_equal(text_size, expected_text);
}

static void test_fixed_elements(void **state)
{
	static const struct {
		uint8_t type;
		size_t size;
	} types[] = {
		{BINXML_TYPE_INT8, 1},	    {BINXML_TYPE_UINT8, 1},
		{BINXML_TYPE_INT16, 2},	    {BINXML_TYPE_UINT16, 2},
		{BINXML_TYPE_INT32, 4},	    {BINXML_TYPE_UINT32, 4},
		{BINXML_TYPE_INT64, 8},	    {BINXML_TYPE_UINT64, 8},
		{BINXML_TYPE_REAL32, 4},    {BINXML_TYPE_REAL64, 8},
		{BINXML_TYPE_BOOLEAN, 4},   {BINXML_TYPE_GUID, 16},
		{BINXML_TYPE_FILETIME, 8},  {BINXML_TYPE_SYSTEMTIME, 16},
		{BINXML_TYPE_HEX_INT32, 4}, {BINXML_TYPE_HEX_INT64, 8},
	};
	static const uint8_t zeros[32];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		size_t size = types[i].size;

		check_element(types[i].type, zeros, sizeof(zeros), size, size);
		check_element(types[i].type, zeros, size, size, size);
		check_element(types[i].type, zeros, size - 1, 0, 0);
	}
}

static void test_string_elements(void **state)
{
	(void)state;
	check_element(BINXML_TYPE_STRING, "a\0b\0\0\0c\0", 8, 6, 4);
	check_element(BINXML_TYPE_STRING, "\0\0c\0", 4, 2, 0);
	check_element(BINXML_TYPE_STRING, "a\0b\0", 4, 4, 4);
	/* Characters with one byte of zero, either half. */
	check_element(BINXML_TYPE_STRING, "\0\1\1\0\0\0", 6, 6, 4);
	check_element(BINXML_TYPE_STRING, "a\0b", 3, 3, 2);
	check_element(BINXML_TYPE_ANSI_STRING, "ab\0c", 4, 3, 2);
	check_element(BINXML_TYPE_ANSI_STRING, "ab", 2, 2, 2);
	check_element(BINXML_TYPE_ANSI_STRING, "\0b", 2, 1, 0);
}

static void test_sid_elements(void **state)
{
	(void)state;
	check_element(BINXML_TYPE_SID, "\1\1\0\0\0\0\0\5\x12\0\0\0\1\1\0", 15, 12, 12);
	check_element(BINXML_TYPE_SID, "\1\0\0\0\0\0\0\1", 8, 8, 8);
	check_element(BINXML_TYPE_SID, "\1\2\0\0\0\0\0\5\x12\0\0\0", 12, 0, 0);
	check_element(BINXML_TYPE_SID, "\1\1\0", 3, 0, 0);
	check_element(BINXML_TYPE_SID, "\1", 1, 0, 0);
}

/* Walking such a list would not end, or guess where one value begins. */
static void test_elements_without_size(void **state)
{
	(void)state;
	check_element(BINXML_TYPE_NULL, "\0\0\0\0", 4, 0, 0);
	check_element(BINXML_TYPE_BINARY, "\1\2\3\4", 4, 0, 0);
	check_element(BINXML_TYPE_SIZE, "\1\2\3\4", 4, 0, 0);
	check_element(BINXML_TYPE_BINXML, "\1\2\3\4", 4, 0, 0);
	check_element(0x7F, "\1\2\3\4", 4, 0, 0);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signed),
		cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_reals),
		cmocka_unit_test(test_reals_read_back),
		cmocka_unit_test(test_boolean),
		cmocka_unit_test(test_guid),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_sid),
		cmocka_unit_test(test_bad_sid),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_ansi),
		cmocka_unit_test(test_binary),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_binary_instead),
		cmocka_unit_test(test_fixed_elements),
		cmocka_unit_test(test_string_elements),
		cmocka_unit_test(test_sid_elements),
		cmocka_unit_test(test_elements_without_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
