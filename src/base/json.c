/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.h"

#define BLOCK 16 /* bytes that are looked at together */
#define LONGEST_PART 4096 /* that room is made for at once */

/* A comma is due unless the value is the first after an opening, a key, a line feed, or the TAB
 * that ends a line's key. */
static bool is_first(const GString *out)
{
	switch (out->len ? out->str[out->len - 1] : '\n') {
	case '{':
	case '[':
	case ':':
	case ',':
	case '\n':
	case '\t':
		return true;
	default:
		return false;
	}
}

static void append_quoted(GString *out, const char *text);

static void separate(GString *out, const char *key)
{
	if (!is_first(out))
		g_string_append_c(out, ',');
	if (key) {
		append_quoted(out, key);
		g_string_append_c(out, ':');
	}
}

void json_open_object(GString *out, const char *key)
{
	separate(out, key);
	g_string_append_c(out, '{');
}

void json_close_object(GString *out)
{
	g_string_append_c(out, '}');
}

void json_open_array(GString *out, const char *key)
{
	separate(out, key);
	g_string_append_c(out, '[');
}

void json_close_array(GString *out)
{
	g_string_append_c(out, ']');
}

static void append_unicode_escape(GString *out, gunichar c)
{
	if (c == WH_TEXT_CONTROL_STAND_IN)
		c = 0;
	if (c >= 0x10000)
		g_string_append_printf(out, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10),
				       0xDC00 + ((c - 0x10000) & 0x3FF));
	else
		g_string_append_printf(out, "\\u%04x", c);
}

/* Copies the bytes that stand for themselves in a JSON string, up to the first that does not, and
 * returns how many. May write BLOCK bytes more than there are to read. */
static size_t copy_plain(char *to, const char *text, size_t length)
{
	static const bool special[256] = {
		[0 ... 0x1F] = true, ['"'] = true, ['\\'] = true, [0x7F ... 0xFF] = true};
	size_t run = 0;

#ifdef __SSE2__
	for (; run + BLOCK <= length; run += BLOCK) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(text + run));
		/* Signed: what is below a blank, or has the high bit set. */
		__m128i bad = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
		int mask;

		_mm_storeu_si128((__m128i *)(to + run), bytes);
		bad = _mm_or_si128(bad, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
		bad = _mm_or_si128(bad, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
		bad = _mm_or_si128(bad, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F)));
		mask = _mm_movemask_epi8(bad);
		if (mask)
			return run + (size_t)__builtin_ctz((unsigned)mask);
	}
#endif
	for (; run < length && !special[(unsigned char)text[run]]; run++)
		to[run] = text[run];
	return run;
}

/* Appends the character at `text`, escaped where it must be; returns what follows. */
static const char *append_special(GString *out, const char *text)
{
	const char *next = g_utf8_next_char(text);

	if (text_is_unsafe(g_utf8_get_char(text)))
		append_unicode_escape(out, g_utf8_get_char(text));
	else
		text_append_bytes(out, text, (size_t)(next - text));
	return next;
}

/* Room for so many bytes more. */
static void reserve(GString *out, size_t size)
{
	gsize length = out->len;

	if (size < out->allocated_len - length)
		return;
	g_string_set_size(out, length + size);
	g_string_truncate(out, length);
}

/* Appends what stands for itself or after a backslash; returns the first that does neither. */
static const char *append_ascii(GString *out, const char *text, const char *end)
{
	static const char letters[256] = {
		['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
		['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't',
	};
	char *to;

	reserve(out, 2 * (size_t)(end - text) + BLOCK);
	to = out->str + out->len;
	for (;;) {
		size_t run = copy_plain(to, text, (size_t)(end - text));

		text += run;
		to += run;
		if (text == end || !letters[(unsigned char)*text])
			break;
		*to++ = '\\';
		*to++ = letters[(unsigned char)*text++];
	}
	*to = '\0';
	out->len = (gsize)(to - out->str);
	return text;
}

static void append_quoted(GString *out, const char *text)
{
	const char *end = text + strlen(text);

	g_string_append_c(out, '"');
	while (text < end) {
		const char *part = end - text > LONGEST_PART ? text + LONGEST_PART : end;

		text = append_ascii(out, text, part);
		if (text < part)
			text = append_special(out, text);
	}
	g_string_append_c(out, '"');
}

void json_add_string(GString *out, const char *key, const char *text)
{
	separate(out, key);
	append_quoted(out, text);
}

void json_add_present(GString *out, const char *key, const char *text)
{
	if (text && *text)
		json_add_string(out, key, text);
}

void json_add_uint(GString *out, const char *key, uint64_t value)
{
	bool quoted = value > INT64_MAX;

	separate(out, key);
	if (quoted)
		g_string_append_c(out, '"');
	text_append_decimal(out, value);
	if (quoted)
		g_string_append_c(out, '"');
}

void json_add_bool(GString *out, const char *key, bool value)
{
	json_add_literal(out, key, value ? "true" : "false");
}

void json_add_count(GString *out, const char *key, uint64_t count)
{
	if (count)
		json_add_uint(out, key, count);
}

void json_add_flag(GString *out, const char *key, bool flag)
{
	if (flag)
		json_add_bool(out, key, true);
}

void json_add_literal(GString *out, const char *key, const char *literal)
{
	separate(out, key);
	g_string_append(out, literal);
}

/* The unit of a \uXXXX escape at `at`, or -1. */
static int escaped_unit(const char *at, const char *end)
{
	int unit = 0;

	if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		int digit = g_ascii_xdigit_value(at[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

/* Copies one character, escape or pair of escapes; returns what follows it. */
static const char *copy_character(GString *out, const char *at, const char *end)
{
	int unit = escaped_unit(at, end);
	bool is_high = unit >= 0xD800 && unit < 0xDC00;
	int low = is_high ? escaped_unit(at + 6, end) : -1;
	size_t length = *at == '\\' && end - at > 1 ? 2 : 1;

	if (unit >= 0)
		length = low >= 0xDC00 && low < 0xE000 ? 12 : 6;
	if (unit == 0 || (length == 6 && unit >= 0xD800 && unit < 0xE000))
		text_append_code_point(out, (gunichar)unit);
	else
		g_string_append_len(out, at, (gssize)length);
	return at + length;
}

GString *json_stand_in_line(const char *line, size_t length)
{
	const char *end = line + length;
	GString *out;

	if (!memmem(line, length, "\\u", 2))
		return NULL;
	out = g_string_sized_new(length);
	while (line < end)
		line = copy_character(out, line, end);
	return out;
}
