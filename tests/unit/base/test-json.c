/* SPDX-License-Identifier: Apache-2.0 */
/* Strings of JSON, which are written in blocks, against such that are written byte by byte. */
#include "tests/unit/cmocka_test.h"

#include <string.h>

#include "base/json.h"

static void append_slowly(GString *out, const char *text)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";

	for (; *text; text = g_utf8_next_char(text)) {
		const char *letter = strchr(from, *text);
		gunichar c = g_utf8_get_char(text);

		if (letter)
			g_string_append_printf(out, "\\%c", to[letter - from]);
		else if (c < 0x20 || c == 0x7F || c == 0x202E)
			g_string_append_printf(out, "\\u%04x", c);
		else
			g_string_append_unichar(out, c);
	}
}

static void check(const char *text)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GString) expected = g_string_new("[\"a\",\"");

	append_slowly(expected, text);
	g_string_append(expected, "\"]");
	json_open_array(out, NULL);
	json_add_string(out, NULL, "a");
	json_add_string(out, NULL, text);
	json_close_array(out);
	assert_string_equal(out->str, expected->str);
	assert_int_equal(out->len, expected->len);
}

static void every_length_and_place_agrees_with_the_slow_way(void **state)
{
	static const char *const pieces[] = {
		"\"",	  "\\",	    "\n", "\t",		"\x01",		 "\x7F",
		"\u00e9", "\u202e", "/",  "\U0001F600", "\"\"\"\"\"\"\""};

	(void)state;
	for (size_t length = 0; length < 70; length++)
		for (size_t at = 0; at <= length; at++)
			for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
				g_autoptr(GString) text = g_string_new(NULL);

				g_string_append_printf(text, "%.*s%s%.*s", (int)at,
						       "0123456789abcdefghijklmnopqrstuvwxyz"
						       "0123456789abcdefghijklmnopqrstuvwxyz",
						       pieces[i], (int)(length - at),
						       "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHI"
						       "JKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRS");
				check(text->str);
			}
}

static void long_texts_agree_with_the_slow_way(void **state)
{
	static const char *const pieces[] = {
		"\"",	  "\\",		 "\n",	       "\x02",
		"\u00e9", "plain text ", "\U0001F600", "0123456789abcdef"};
	GRand *rand = g_rand_new_with_seed(1);

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		g_autoptr(GString) text = g_string_new(NULL);
		/* As many as a part has: the room must do where each is escaped. */
		size_t length = (size_t)g_rand_int_range(rand, 4000, 9000);
		gint32 kinds = g_rand_int_range(rand, 1, G_N_ELEMENTS(pieces) + 1);

		while (text->len < length)
			g_string_append(text, pieces[g_rand_int_range(rand, 0, kinds)]);
		check(text->str);
	}
	g_rand_free(rand);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_and_place_agrees_with_the_slow_way),
		cmocka_unit_test(long_texts_agree_with_the_slow_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
