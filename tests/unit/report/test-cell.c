/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <string.h>

#include "base/text.h"
#include "report/cell.h"
#include "report/columns.h"
#include "report/distinct.h"
#include "tests/unit/cmocka_test.h"

static void assert_cell(GString *cell, const char *expected)
{
	assert_string_equal(cell->str, expected);
	g_string_free(cell, TRUE);
}

static GString *printable(const char *text)
{
	GString *cell = g_string_new(NULL);

	cell_append_printable(cell, text);
	return cell;
}

static GString *cut(const char *text, unsigned width)
{
	GString *cell = g_string_new(text);

	cell_cut(cell, width);
	return cell;
}

static void test_printable(void **state)
{
	GString *stand_ins = g_string_new(NULL);

	(void)state;
	assert_cell(printable("a → é 日本 C:\\xampp"), "a → é 日本 C:\\xampp");
	assert_cell(printable("\033[31m\r\n\t\x7F"), "\\u001b[31m\\r\\n\\t\\u007f");
	assert_cell(printable("\xC2\x9B\xE2\x80\xAE\xE2\x80\x8B"), "\\u009b\\u202e\\u200b");
	/* U+FFFE and U+10FFFE are no characters: no terminal says how wide they are. */
	assert_cell(printable("\xEF\xBF\xBE\xF4\x8F\xBF\xBE"), "\\ufffe\\U0010fffe");
	text_append_code_point(stand_ins, 0xDC00);
	text_append_code_point(stand_ins, 0);
	assert_cell(printable(stand_ins->str), "\\udc00\\u0000");
	g_string_free(stand_ins, TRUE);
}

static void test_accents(void **state)
{
	(void)state;
	assert_cell(printable("e\xCC\x81\xCC\x82"), "e\xCC\x81\xCC\x82");
	assert_cell(printable("e\xCC\x81\xCC\x82\xCC\x83"), "e\xCC\x81\xCC\x82\\u0303");
	assert_cell(printable("\xCC\x81x"), "\\u0301x");
}

static void test_printable_outside_utf8(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_ALL, "C"));
	/* The last byte of U+4E9B would be the start of an escape sequence. */
	assert_cell(printable("a → \xE4\xBA\x9B\xF0\x9F\x98\x80"), "a -> \\u4e9b\\U0001f600");
	assert_cell(cut("abcdefgh", 6), "abc...");
	assert_cell(cut("abcdefgh", 2), "ab");
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(cell_width(""), 0);
	assert_int_equal(cell_width("abc"), 3);
	assert_int_equal(cell_width("日本"), 4);
	assert_int_equal(cell_width("e\xCC\x81"), 1);
}

static void test_cut(void **state)
{
	(void)state;
	assert_cell(cut("abcdef", 6), "abcdef");
	assert_cell(cut("abcdef", 5), "abcd…");
	assert_cell(cut("abcdef", 1), "…");
	assert_cell(cut("abcdef", 0), "");
	assert_cell(cut("", 0), "");
	/* A wide character that does not fit whole goes. */
	assert_cell(cut("日本語", 6), "日本語");
	assert_cell(cut("日本語", 5), "日本…");
	assert_cell(cut("日本語", 4), "日…");
	/* An accent stays with its letter. */
	assert_cell(cut("ae\xCC\x81xyz", 3), "ae\xCC\x81…");
}

static const struct column columns[] = {
	{.title = "A"},
	{.title = "B", .turn = 2, .floors = {20, 10, 4, 4}},
	{.title = "C", .turn = WH_COLUMN_TURNS, .floors = {30, 10, 4, 3}},
};

static void assert_fit(unsigned total, unsigned a, unsigned b, unsigned c)
{
	unsigned widths[] = {8, 40, 200};

	columns_fit(columns, G_N_ELEMENTS(columns), total, widths);
	assert_int_equal(widths[0], a);
	assert_int_equal(widths[1], b);
	assert_int_equal(widths[2], c);
}

static void test_columns_fit(void **state)
{
	(void)state;
	assert_fit(300, 8, 40, 200);
	assert_fit(248, 8, 40, 200);
	assert_fit(247, 8, 39, 200);
	assert_fit(228, 8, 20, 200);
	assert_fit(227, 8, 20, 199);
	assert_fit(58, 8, 20, 30);
	assert_fit(57, 8, 19, 30);
	assert_fit(47, 8, 10, 29);
	assert_fit(28, 8, 10, 10);
	assert_fit(27, 8, 9, 10);
	assert_fit(16, 8, 4, 4);
	assert_fit(0, 8, 4, 3);
}

/* Cuts texts (NULL ends) to a width, or with 0 to the least at which they differ, and compares what
 * is left of them, a blank after each. */
static void assert_distinct(unsigned width, const char *expected, const char *const *texts)
{
	GString *cells[8];
	g_autoptr(GString) all = g_string_new(NULL);
	guint count = 0;

	for (; texts[count]; count++)
		cells[count] = g_string_new(texts[count]);
	distinct_cut(cells, count, width ? width : distinct_width(cells, count));
	for (guint i = 0; i < count; i++) {
		g_string_append_printf(all, "%s ", cells[i]->str);
		g_string_free(cells[i], TRUE);
	}
	assert_string_equal(all->str, expected);
}

static void test_distinct(void **state)
{
	static const char *const hosts[] = {"WS-7.north.example", "WS-7.south.example", "WS-1",
					    "WS-7.north.example", NULL};
	static const char *const marks[] = {"abc…", "abcdef", "abc…2", "abcxyz", NULL};
	static const char *const wide[] = {"日本語", "日本国", NULL};
	static const char *const one[] = {"abcdef", "abcdef", NULL};
	/* é and è differ in their second byte. */
	static const char *const accents[] = {"xx\xC3\xA9yyyy", "xx\xC3\xA8yyyy", NULL};

	(void)state;
	assert_distinct(0, "WS-7.n… WS-7.s… WS-1 WS-7.n… ", hosts);
	assert_distinct(8, "WS-7.no… WS-7.so… WS-1 WS-7.no… ", hosts);
	assert_distinct(5, "WS-7… WS-…2 WS-1 WS-7… ", hosts);
	assert_distinct(99, "WS-7.north.example WS-7.south.example WS-1 WS-7.north.example ",
			hosts);
	/* What looks like a cut is not what another is cut to. */
	assert_distinct(4, "abc… ab…2 ab…3 ab…4 ", marks);
	assert_distinct(5, "abc… abcd… abc…2 abcx… ", marks);
	assert_distinct(0, "日本語 日本国 ", wide);
	assert_distinct(0, "… … ", one);
	assert_distinct(0, "xx\xC3\xA9… xx\xC3\xA8… ", accents);
	assert_int_equal(distinct_width(NULL, 0), 0);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_accents),
		cmocka_unit_test(test_printable_outside_utf8),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_columns_fit),
		cmocka_unit_test(test_distinct),
	};

	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
