/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/literal.h"

#include <string.h>

#include "base/text.h"

#define HEX_DIGITS_MAX 4 /* of \xHHHH: one UTF-16 unit */

bool literal_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *read_unit(const char *at, gunichar *unit)
{
	gunichar value = 0;
	int digits = 0;

	for (; digits < HEX_DIGITS_MAX && g_ascii_isxdigit(at[digits]); digits++)
		value = value << 4 | (gunichar)g_ascii_xdigit_value(at[digits]);
	if (digits == 0)
		return NULL;
	*unit = value;
	return at + digits;
}

/* Reads HHHH after "\x"; the two halves of a surrogate pair are two escapes. */
static const char *read_hex(const char *at, GString *out)
{
	gunichar high, low;
	const char *next = read_unit(at, &high);
	const char *second;

	if (!next)
		return NULL;
	if ((high & 0xFC00) == 0xD800 && next[0] == '\\' && (next[1] | 0x20) == 'x') {
		second = read_unit(next + 2, &low);
		if (second && (low & 0xFC00) == 0xDC00) {
			text_append_code_point(out,
					       0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF));
			return second;
		}
	}
	text_append_code_point(out, high);
	return next;
}

/* Reads what follows a backslash. */
static const char *read_escape(const char *at, GString *out)
{
	static const char letters[] = "btnfr\"'\\";
	static const char meanings[] = "\b\t\n\f\r\"'\\";
	const char *letter = *at ? strchr(letters, *at) : NULL;
	const char *next = NULL;

	if (letter) {
		g_string_append_c(out, meanings[letter - letters]);
		return at + 1;
	}
	if ((*at | 0x20) == 'x')
		next = read_hex(at + 1, out);
	if (next)
		return next;
	g_string_append_c(out, '\\');
	return at;
}

const char *literal_read(const char *at, GString *out, bool *closed)
{
	const char stops[] = {*at, '\\', '\0'};
	const char quote = *at++;

	for (;;) {
		size_t plain = strcspn(at, stops);

		g_string_append_len(out, at, (gssize)plain);
		at += plain;
		if (*at != '\\')
			break;
		at = read_escape(at + 1, out);
	}
	*closed = *at == quote;
	return *closed ? at + 1 : at;
}

/* The end of a literal without escapes whose opening quote stands at `at`; NULL for others. */
static const char *find_plain_end(const char *at)
{
	const char *end = at + 1 + strcspn(at + 1, "\"\\");

	return *end == '"' ? end : NULL;
}

const char *literal_decode(const char *text, struct arena *arena)
{
	g_autoptr(GString) out = NULL;
	const char *at = text, *start, *end;
	bool closed;

	while (literal_is_blank(*at))
		at++;
	if (*at != '"')
		return arena_copy(arena, text, strlen(text));
	start = at;
	end = find_plain_end(at);
	if (end) {
		at = end + 1;
	} else {
		out = g_string_new(NULL);
		at = literal_read(at, out, &closed);
	}
	while (literal_is_blank(*at))
		at++;
	if (*at)
		return arena_copy(arena, text, strlen(text));
	return out ? arena_copy(arena, out->str, out->len)
		   : arena_copy(arena, start + 1, (size_t)(end - start) - 1);
}
