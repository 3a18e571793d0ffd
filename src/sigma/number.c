/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/number.h"

#include <glib.h>
#include <string.h>

/* More digits than any number needs; bounds the time and the exponent. */
#define MOST_DIGITS 64

static bool parse_hexadecimal(const char *text, size_t length, long double *out)
{
	guint64 value = 0;

	if (length == 0 || length > 16)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!g_ascii_isxdigit(text[i]))
			return false;
		value = value << 4 | (guint64)g_ascii_xdigit_value(text[i]);
	}
	*out = value;
	return true;
}

/* Not by strtold(), whose decimal point depends on the locale. */
static bool parse_decimal(const char *text, size_t length, long double *out)
{
	long double value = 0, scale = 1;
	size_t digits = 0;
	bool point = false;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (!g_ascii_isdigit(text[i]) || ++digits > MOST_DIGITS)
			return false;
		value = value * 10 + g_ascii_digit_value(text[i]);
		if (point)
			scale *= 10;
	}
	if (digits == 0)
		return false;
	*out = value / scale;
	return true;
}

bool number_parse(const char *text, long double *out)
{
	size_t length;
	bool negative;
	long double value;

	text += strspn(text, " \t");
	length = strlen(text);
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	if (length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return parse_hexadecimal(text + 2, length - 2, out);
	negative = length > 0 && text[0] == '-';
	if (negative || (length > 0 && text[0] == '+')) {
		text++;
		length--;
	}
	if (!parse_decimal(text, length, &value))
		return false;
	*out = negative ? -value : value;
	return true;
}
