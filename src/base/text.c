/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>

static bool is_surrogate(gunichar c)
{
	return c >= 0xD800 && c < 0xE000;
}

static bool is_stand_in(gunichar c)
{
	return c >= WH_TEXT_CONTROL_STAND_IN && c < WH_TEXT_STAND_IN_END;
}

void text_append_code_point(GString *out, gunichar c)
{
	if (c == 0) {
		g_string_append_unichar(out, WH_TEXT_CONTROL_STAND_IN);
	} else if (is_surrogate(c)) {
		g_string_append_unichar(out, WH_TEXT_SURROGATE_STAND_IN + (c - 0xD800));
	} else if (is_stand_in(c)) {
		gunichar bits = c - 0x10000;

		g_string_append_unichar(out, WH_TEXT_SURROGATE_STAND_IN + (bits >> 10));
		g_string_append_unichar(out, WH_TEXT_SURROGATE_STAND_IN + 0x400 + (bits & 0x3FF));
	} else {
		g_string_append_unichar(out, c);
	}
}

static unsigned unit_at(const uint8_t *data, size_t index)
{
	return data[2 * index] | (unsigned)data[2 * index + 1] << 8;
}

/* How many units from `data` on are ASCII and not U+0000. */
static size_t ascii_run(const uint8_t *data, size_t units)
{
	size_t run = 0;

	while (run < units && data[2 * run + 1] == 0 && (uint8_t)(data[2 * run] - 1) < 0x7F)
		run++;
	return run;
}

static void append_ascii(GString *out, const uint8_t *data, size_t units)
{
	gsize before = out->len;

	g_string_set_size(out, before + units);
	for (size_t i = 0; i < units; i++)
		out->str[before + i] = (char)data[2 * i];
}

void text_append_utf16le(GString *out, const uint8_t *data, size_t units)
{
	for (size_t i = 0; i < units; i++) {
		unsigned unit = unit_at(data, i);

		if (unit > 0 && unit < 0x80) {
			size_t run = ascii_run(data + 2 * i, units - i);

			append_ascii(out, data + 2 * i, run);
			i += run - 1;
		} else if (unit >= 0xD800 && unit < 0xDC00 && i + 1 < units &&
			   (unit_at(data, i + 1) & 0xFC00) == 0xDC00) {
			unsigned low = unit_at(data, ++i);

			text_append_code_point(out,
					       0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
		} else {
			text_append_code_point(out, unit);
		}
	}
}

void text_append_utf8(GString *out, const char *data, size_t size)
{
	const char *end = data + size;

	while (data < end) {
		gunichar c = g_utf8_get_char_validated(data, end - data);

		if (c == 0 || c == (gunichar)-1 || c == (gunichar)-2) {
			text_append_code_point(out, *data == '\0' ? 0 : 0xFFFD);
			data++;
		} else {
			text_append_code_point(out, c);
			data = g_utf8_next_char(data);
		}
	}
}

char *text_from_bytes(const char *data, size_t size)
{
	GString *out = g_string_sized_new(size);

	text_append_utf8(out, data, size);
	return g_string_free(out, FALSE);
}

bool text_is_unsafe(gunichar c)
{
	if (c < 0x80)
		return c < 0x20 || c == 0x7F;
	return c < 0xA0 || c == 0xAD || c == 0x115F || c == 0x1160 || c == 0x180E || c == 0x3164 ||
	       c == 0xFFA0 || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
	       (c >= 0x2060 && c <= 0x206F) || c == 0x61C || c == 0xFEFF ||
	       (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F) || is_stand_in(c);
}

static void append_visible(GString *out, gunichar c)
{
	if (c == '\n')
		g_string_append(out, "\\n");
	else if (c == '\r')
		g_string_append(out, "\\r");
	else if (c == '\t')
		g_string_append(out, "\\t");
	else if (c >= WH_TEXT_SURROGATE_STAND_IN && c < WH_TEXT_STAND_IN_END)
		g_string_append_printf(out, "\\u%04x", c - WH_TEXT_SURROGATE_STAND_IN + 0xD800);
	else if (is_stand_in(c))
		g_string_append_printf(out, "\\u%04x", c - WH_TEXT_CONTROL_STAND_IN);
	else
		g_string_append_printf(out, "\\u%04x", c);
}

void text_append_terminal(GString *out, const char *text)
{
	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		if (text_is_unsafe(c))
			append_visible(out, c);
		else
			g_string_append_unichar(out, c);
	}
}

void text_append_decimal(GString *out, uint64_t value)
{
	char digits[20];
	size_t first = sizeof(digits);

	do
		digits[--first] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	g_string_append_len(out, digits + first, (gssize)(sizeof(digits) - first));
}

char *text_fold(const char *text)
{
	return g_utf8_casefold(text, -1);
}
