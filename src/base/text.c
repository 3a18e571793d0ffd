/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static bool is_surrogate(gunichar c)
{
	return c >= 0xD800 && c < 0xE000;
}

static bool is_stand_in(gunichar c)
{
	return c >= WH_TEXT_CONTROL_STAND_IN && c < WH_TEXT_STAND_IN_END;
}

static unsigned unit_at(const uint8_t *data, size_t index)
{
	return data[2 * index] | (unsigned)data[2 * index + 1] << 8;
}

/* Writes the ASCII units, without U+0000, that `data` begins with; returns how many. */
static size_t put_ascii(char *at, const uint8_t *data, size_t units)
{
	size_t run = 0;

#ifdef __SSE2__
	for (; run + 8 <= units; run += 8) {
		__m128i eight = _mm_loadu_si128((const __m128i *)(data + 2 * run));
		__m128i high = _mm_and_si128(eight, _mm_set1_epi16((short)0xFF80));
		__m128i zero = _mm_setzero_si128();

		/* All below 0x80, none zero? */
		if (_mm_movemask_epi8(_mm_cmpeq_epi16(high, zero)) != 0xFFFF ||
		    _mm_movemask_epi8(_mm_cmpeq_epi16(eight, zero)) != 0)
			break;
		_mm_storel_epi64((__m128i *)(at + run), _mm_packus_epi16(eight, zero));
	}
#endif
	for (; run < units && data[2 * run + 1] == 0; run++) {
		if ((uint8_t)(data[2 * run] - 1) >= 0x7F)
			break;
		at[run] = (char)data[2 * run];
	}
	return run;
}

/* As text_append_code_point(); at most WH_TEXT_UNIT_SIZE bytes a unit. */
static char *put_code_point(char *at, gunichar c)
{
	if (c == 0)
		return at + g_unichar_to_utf8(WH_TEXT_CONTROL_STAND_IN, at);
	if (is_surrogate(c))
		return at + g_unichar_to_utf8(WH_TEXT_SURROGATE_STAND_IN + (c - 0xD800), at);
	if (is_stand_in(c)) {
		at = put_code_point(at, 0xD800 + ((c - 0x10000) >> 10));
		return put_code_point(at, 0xDC00 + ((c - 0x10000) & 0x3FF));
	}
	return at + g_unichar_to_utf8(c, at);
}

void text_append_code_point(GString *out, gunichar c)
{
	char bytes[2 * WH_TEXT_UNIT_SIZE];

	g_string_append_len(out, bytes, put_code_point(bytes, c) - bytes);
}

char *text_put_utf16le(char *at, const uint8_t *data, size_t units)
{
	for (size_t i = 0; i < units; i++) {
		size_t run = put_ascii(at, data + 2 * i, units - i);
		gunichar c;

		at += run;
		i += run;
		if (i == units)
			break;
		c = unit_at(data, i);
		if (c >= 0xD800 && c < 0xDC00 && i + 1 < units &&
		    (unit_at(data, i + 1) & 0xFC00) == 0xDC00)
			c = 0x10000 + ((c - 0xD800) << 10) + (unit_at(data, ++i) - 0xDC00);
		at = put_code_point(at, c);
	}
	return at;
}

void text_append_utf16le(GString *out, const uint8_t *data, size_t units)
{
	gsize before = out->len;
	char *end;

	g_string_set_size(out, before + WH_TEXT_UNIT_SIZE * units);
	end = text_put_utf16le(out->str + before, data, units);
	g_string_truncate(out, (gsize)(end - out->str));
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

size_t text_cut(const char *text, size_t length, size_t most)
{
	if (length <= most)
		return length;
	/* Back to the start of the character that the limit splits. */
	while (most > 0 && ((unsigned char)text[most] & 0xC0) == 0x80)
		most--;
	return most;
}

/*
 * From U+0080 on, in order: Default_Ignorable_Code_Point, and the General_Categories Cc, Cf, Co,
 * Cs, Zl, Zp and Zs, of Unicode 15.0 (DerivedCoreProperties.txt, UnicodeData.txt); noncharacters;
 * and letters and symbols that look like a blank or like nothing: U+2800, U+FFFC, U+13441, U+13442,
 * U+16FE4, U+1D159.
 */
static const struct {
	gunichar first, last;
} unsafe[] = {
	{0x80, 0xA0},	    {0xAD, 0xAD},	{0x34F, 0x34F},	    {0x600, 0x605},
	{0x61C, 0x61C},	    {0x6DD, 0x6DD},	{0x70F, 0x70F},	    {0x890, 0x891},
	{0x8E2, 0x8E2},	    {0x115F, 0x1160},	{0x1680, 0x1680},   {0x17B4, 0x17B5},
	{0x180B, 0x180F},   {0x2000, 0x200F},	{0x2028, 0x202F},   {0x205F, 0x206F},
	{0x2800, 0x2800},   {0x3000, 0x3000},	{0x3164, 0x3164},   {0xD800, 0xF8FF},
	{0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},	{0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
	{0xFFF0, 0xFFFC},   {0xFFFE, 0xFFFF},	{0x110BD, 0x110BD}, {0x110CD, 0x110CD},
	{0x13430, 0x1343F}, {0x13441, 0x13442}, {0x16FE4, 0x16FE4}, {0x1BCA0, 0x1BCA3},
	{0x1D159, 0x1D159}, {0x1D173, 0x1D17A}, {0x1FFFE, 0x1FFFF}, {0x2FFFE, 0x2FFFF},
	{0x3FFFE, 0x3FFFF}, {0x4FFFE, 0x4FFFF}, {0x5FFFE, 0x5FFFF}, {0x6FFFE, 0x6FFFF},
	{0x7FFFE, 0x7FFFF}, {0x8FFFE, 0x8FFFF}, {0x9FFFE, 0x9FFFF}, {0xAFFFE, 0xAFFFF},
	{0xBFFFE, 0xBFFFF}, {0xCFFFE, 0xCFFFF}, {0xDFFFE, 0xE0FFF}, {0xEFFFE, 0x10FFFF},
};

bool text_is_unsafe(gunichar c)
{
	size_t first = 0, end = G_N_ELEMENTS(unsafe);

	if (c < 0x80)
		return c < 0x20 || c == 0x7F;
	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (c > unsafe[middle].last)
			first = middle + 1;
		else
			end = middle;
	}
	return first < G_N_ELEMENTS(unsafe) && c >= unsafe[first].first;
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
		g_string_append_printf(out, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
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

static void append_surrogate(GString *out, gunichar c)
{
	g_string_append_c(out, (char)(0xE0 | c >> 12));
	g_string_append_c(out, (char)(0x80 | (c >> 6 & 0x3F)));
	g_string_append_c(out, (char)(0x80 | (c & 0x3F)));
}

/* The surrogate that the character stands for, or 0. */
static gunichar stands_for_surrogate(const char *text)
{
	gunichar c = (uint8_t)*text < 0xF0 ? 0 : g_utf8_get_char(text);

	return c >= WH_TEXT_SURROGATE_STAND_IN && c < WH_TEXT_STAND_IN_END
		       ? 0xD800 + (c - WH_TEXT_SURROGATE_STAND_IN)
		       : 0;
}

void text_append_raw(GString *out, const char *text)
{
	while (*text) {
		const char *next = g_utf8_next_char(text);
		gunichar c = (uint8_t)*text < 0xF0 ? 0 : g_utf8_get_char(text);
		gunichar high = stands_for_surrogate(text), low = stands_for_surrogate(next);

		if (high && high < 0xDC00 && low >= 0xDC00) {
			g_string_append_unichar(out,
						0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
			next = g_utf8_next_char(next);
		} else if (high) {
			append_surrogate(out, high);
		} else if (is_stand_in(c)) {
			g_string_append_c(out, (char)(c - WH_TEXT_CONTROL_STAND_IN));
		} else {
			g_string_append_len(out, text, next - text);
		}
		text = next;
	}
}

void text_append_squeezed(GString *out, const char *text)
{
	bool space = false;
	size_t start = out->len;

	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		if (g_unichar_isspace(c)) {
			space = out->len > start;
			continue;
		}
		if (space)
			g_string_append_c(out, ' ');
		space = false;
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
	text_append_bytes(out, digits + first, sizeof(digits) - first);
}

char *text_fold(const char *text)
{
	/* Nearly all names are ASCII, where folding is lower case. */
	return g_str_is_ascii(text) ? g_ascii_strdown(text, -1) : g_utf8_casefold(text, -1);
}
