/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/bytes.h"
#include "base/text.h"
#include "tests/unit/cmocka_test.h"

static void check_utf16(const char *units, size_t count, const char *expected)
{
	GString *out = g_string_new(NULL);

	text_append_utf16le(out, (const uint8_t *)units, count);
	assert_string_equal(out->str, expected);
	assert_true(g_utf8_validate(out->str, -1, NULL));
	g_string_free(out, TRUE);
}

static void test_utf16(void **state)
{
	(void)state;
	check_utf16("A\0\xE4\0\xAC\x20", 3, "A\xC3\xA4\xE2\x82\xAC");
	check_utf16("\x3D\xD8\x00\xDE", 2, "\xF0\x9F\x98\x80");
	/* A lone high surrogate must not take the character behind it. */
	check_utf16("\x00\xD8"
		    "B\0",
		    2,
		    "\xF4\x8D\xA0\x80"
		    "B");
	check_utf16("A\0\0\0B\0", 3,
		    "A\xF4\x8D\x9C\x80"
		    "B");
	check_utf16("\x00\xDC\x00\xD8", 2, "\xF4\x8D\xB0\x80\xF4\x8D\xA0\x80");
	/* The real U+10D800 is the pair DBF6 DC00: kept as two lone ones. */
	check_utf16("\xF6\xDB\x00\xDC", 2, "\xF4\x8D\xAF\xB6\xF4\x8D\xB0\x80");
}

static void check_json(const char *text, const char *expected)
{
	GString *out = g_string_new(NULL);

	json_add_string(out, NULL, text);
	assert_string_equal(out->str, expected);
	g_string_free(out, TRUE);
}

static void test_json_escapes(void **state)
{
	(void)state;
	check_json("plain \xC3\xA4", "\"plain \xC3\xA4\"");
	check_json("\"\\/\t\r\n\b\f", "\"\\\"\\\\/\\t\\r\\n\\b\\f\"");
	check_json("\x1b[31m\x7f\xC2\x9b", "\"\\u001b[31m\\u007f\\u009b\"");
	check_json("\xE2\x80\xAE", "\"\\u202e\"");
	check_json("\xF4\x8D\x9C\x80\xF4\x8D\xA0\x80", "\"\\u0000\\udbf6\\udc00\"");
	check_json("\xF3\xA0\x81\x81", "\"\\udb40\\udc41\"");
}

static void test_json_structure(void **state)
{
	GString *out = g_string_new(NULL);

	(void)state;
	json_open_object(out, NULL);
	json_add_string(out, "a", "");
	json_add_present(out, "absent", "");
	json_add_present(out, "absent", NULL);
	json_open_array(out, "list");
	json_add_uint(out, NULL, INT64_MAX);
	json_add_uint(out, NULL, UINT64_MAX);
	json_add_bool(out, NULL, false);
	json_close_array(out);
	json_open_object(out, "empty");
	json_close_object(out);
	json_close_object(out);
	assert_string_equal(out->str, "{\"a\":\"\",\"list\":[9223372036854775807,"
				      "\"18446744073709551615\",false],\"empty\":{}}");
	g_string_free(out, TRUE);
}

static void check_stand_in(const char *line, const char *expected)
{
	GString *out = json_stand_in_line(line, strlen(line));

	if (expected)
		assert_string_equal(out->str, expected);
	else
		assert_null(out);
	if (out)
		g_string_free(out, TRUE);
}

static void test_stand_in_line(void **state)
{
	(void)state;
	check_stand_in("{\"a\":\"plain\"}", NULL);
	check_stand_in("\"\\ud800x\"", "\"\xF4\x8D\xA0\x80x\"");
	check_stand_in("\"\\u0000\\u001b\"", "\"\xF4\x8D\x9C\x80\\u001b\"");
	check_stand_in("\"\\ud83d\\ude00\"", "\"\\ud83d\\ude00\"");
	/* An escaped backslash before a u is no escape. */
	check_stand_in("\"\\\\ud800 \\u\"", "\"\\\\ud800 \\u\"");
	/* A lone surrogate as we write it. */
	check_stand_in("\"\xF4\x8D\xA0\x80\"", NULL);
	check_stand_in("\"\\udbf6\\udc00\"", "\"\\udbf6\\udc00\"");
	check_stand_in("\"\\udc00\\ud800\"", "\"\xF4\x8D\xB0\x80\xF4\x8D\xA0\x80\"");
}

static void test_terminal(void **state)
{
	GString *out = g_string_new(NULL);

	(void)state;
	text_append_terminal(out, "a\x1b]0;t\x07\r\n\t\xC2\x85\xE2\x80\xAE\xF4\x8D\xA0\x80z");
	assert_string_equal(out->str, "a\\u001b]0;t\\u0007\\r\\n\\t\\u0085\\u202e\\ud800z");
	g_string_truncate(out, 0);
	text_append_terminal(out, "a\xC2\xA0"
				  "b\xF3\xA0\x84\x80"
				  "c\xE2\xA0\x80\xEE\x80\x90");
	assert_string_equal(out->str, "a\\u00a0b\\U000e0100c\\u2800\\ue010");
	g_string_free(out, TRUE);
}

/* What Unicode 15.0 calls Default_Ignorable_Code_Point. */
static bool is_ignorable(gunichar c)
{
	static const gunichar ranges[][2] = {
		{0xAD, 0xAD},	   {0x34F, 0x34F},   {0x61C, 0x61C},	 {0x115F, 0x1160},
		{0x17B4, 0x17B5},  {0x180B, 0x180F}, {0x200B, 0x200F},	 {0x202A, 0x202E},
		{0x2060, 0x206F},  {0x3164, 0x3164}, {0xFE00, 0xFE0F},	 {0xFEFF, 0xFEFF},
		{0xFFA0, 0xFFA0},  {0xFFF0, 0xFFF8}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
		{0xE0000, 0xE0FFF}};

	for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

static bool is_noncharacter(gunichar c)
{
	return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

/* Letters and symbols that look like blanks; format characters newer than some GLib. */
static bool is_listed(gunichar c)
{
	return c == 0x2800 || c == 0xFFFC || c == 0x16FE4 || c == 0x1D159 ||
	       (c >= 0x13439 && c <= 0x13442 && c != 0x13440);
}

static bool is_visible(gunichar c)
{
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_SURROGATE:
	case G_UNICODE_PRIVATE_USE:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
	case G_UNICODE_SPACE_SEPARATOR:
		return c == ' ';
	default:
		return !is_ignorable(c) && !is_noncharacter(c) && !is_listed(c);
	}
}

static void test_unsafe(void **state)
{
	(void)state;
	for (gunichar c = 0; c < 0x110000; c++)
		if (text_is_unsafe(c) == is_visible(c))
			fail_msg("U+%04X", c);
}

/* What is escaped in JSON is the same text for who reads it. */
static void test_json_reversible(void **state)
{
	(void)state;
	for (gunichar c = 0x80; c < 0x110000; c += c == 0xD7FF ? 0x801 : 1) {
		g_autoptr(GString) out = g_string_new(NULL);
		unsigned high = 0, low = 0, end = 0;
		char text[7] = "";

		if (!text_is_unsafe(c) ||
		    (c >= WH_TEXT_CONTROL_STAND_IN && c < WH_TEXT_STAND_IN_END))
			continue;
		g_unichar_to_utf8(c, text);
		json_add_string(out, NULL, text);
		assert_true(sscanf(out->str, "\"\\u%4x%*[\\]u%4x", &high, &low) >= 1);
		end = c < 0x10000 ? high : 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
		assert_int_equal(end, c);
		assert_int_equal(out->len, c < 0x10000 ? 8 : 14);
	}
}

static void test_invalid_utf8(void **state)
{
	g_autofree char *text = text_from_bytes("a\xFF\xC3\0b", 5);

	(void)state;
	assert_string_equal(text, "a\xEF\xBF\xBD\xEF\xBF\xBD\xF4\x8D\x9C\x80"
				  "b");
}

static void test_cut(void **state)
{
	static const char text[] = "a\xC3\xA9\xF4\x8D\xA0\x80";
	static const size_t ends[] = {0, 1, 1, 3, 3, 3, 3, 7, 7};

	(void)state;
	for (size_t most = 0; most < G_N_ELEMENTS(ends); most++)
		assert_int_equal(text_cut(text, strlen(text), most), ends[most]);
	assert_int_equal(text_cut(NULL, 0, 0), 0);
}

static void test_squeezed(void **state)
{
	g_autoptr(GString) out = g_string_new("x=");

	(void)state;
	text_append_squeezed(out, " \r\n var a;\r\n\t\tvar\xC2\xA0  b; \n");
	assert_string_equal(out->str, "x=var a; var b;");
	g_string_truncate(out, 0);
	text_append_squeezed(out, " \n ");
	assert_string_equal(out->str, "");
}

static void test_letters(void **state)
{
	(void)state;
	for (unsigned byte = 0; byte < 256; byte++)
		assert_int_equal(ascii_to_lower((uint8_t)byte),
				 (uint8_t)g_ascii_tolower((char)byte));
}

/* Each byte at each place of texts of all small lengths. */
static void test_many_letters_at_once(void **state)
{
	char text[24], expected[24];

	(void)state;
	for (unsigned at = 0; at < sizeof(text); at++) {
		for (unsigned byte = 0; byte < 256; byte++) {
			memset(text, 'Z', sizeof(text));
			text[at] = (char)byte;
			for (unsigned i = 0; i < sizeof(text); i++)
				expected[i] = g_ascii_tolower(text[i]);
			assert_int_equal(text_is_ascii(text, at + 1), byte < 0x80);
			assert_true(text_is_ascii(text, at));
			assert_int_equal(text_lower_ascii(text, at + 1), byte < 0x80);
			assert_memory_equal(text, expected, at + 1);
		}
	}
}

/* One character that is escaped, or not, at each place of strings of all small lengths. */
static void test_json_of_any_length(void **state)
{
	static const char *const characters[][2] = {
		{"\"", "\\\""},	     {"\\", "\\\\"},	   {"\n", "\\n"}, {"\x1f", "\\u001f"},
		{"\x7f", "\\u007f"}, {"\u00e9", "\u00e9"}, {" ", " "},	  {"~", "~"},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(characters); i++) {
		for (int length = 0; length < 40; length++) {
			for (int at = 0; at <= length; at++) {
				g_autoptr(GString) out = g_string_new("[");
				g_autofree char *fill = g_strnfill((gsize)length, 'x');
				g_autofree char *text = g_strdup_printf(
					"%.*s%s%s", at, fill, characters[i][0], fill + at);
				g_autofree char *expected = g_strdup_printf(
					"[\"%.*s%s%s\"", at, fill, characters[i][1], fill + at);

				json_add_string(out, NULL, text);
				assert_string_equal(out->str, expected);
			}
		}
	}
}

/* What was put in comes out: NUL, halves of a pair, and a real character that looks like one of
 * the stand-ins for these. */
static void test_raw(void **state)
{
	static const uint8_t units[] = {'a',  0,   0, 0,    0x1B, 0,	0xE4, 0,    0x00,
					0xD8, 'b', 0, 0x01, 0xDC, 0x3D, 0xD8, 0x00, 0xDE};
	static const char raw[] = "a\0\x1b\xC3\xA4\xED\xA0\x80"
				  "b\xED\xB0\x81\xF0\x9F\x98\x80";
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GString) out = g_string_new(NULL);

	(void)state;
	text_append_utf16le(text, units, sizeof(units) / 2);
	text_append_raw(out, text->str);
	assert_int_equal(out->len, sizeof(raw) - 1);
	assert_memory_equal(out->str, raw, out->len);

	g_string_truncate(text, 0);
	g_string_truncate(out, 0);
	text_append_code_point(text, WH_TEXT_SURROGATE_STAND_IN);
	text_append_raw(out, text->str);
	assert_string_equal(out->str, "\xF4\x8D\xA0\x80");
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_json_escapes),
		cmocka_unit_test(test_json_structure),
		cmocka_unit_test(test_stand_in_line),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_unsafe),
		cmocka_unit_test(test_json_reversible),
		cmocka_unit_test(test_invalid_utf8),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_squeezed),
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_many_letters_at_once),
		cmocka_unit_test(test_json_of_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
