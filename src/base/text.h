/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_TEXT_H
#define WH_BASE_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"

/*
 * Text inside the program is a NUL-terminated string of valid UTF-8. Logs hold two
 * things that such a string cannot: U+0000 and lone UTF-16 surrogates. Each is kept
 * as a stand-in from the private-use plane 16, so that nothing is lost and regexes
 * and C strings work:
 *   U+10D700 + c  a control character c (0x00-0x1F)
 *   U+10D800 + n  the lone surrogate 0xD800 + n (n < 0x800)
 * A real character in U+10D700..U+10DFFF is kept as two lone surrogates, so the
 * mapping has an exact inverse.
 */
#define WH_TEXT_CONTROL_STAND_IN 0x10D700u
#define WH_TEXT_SURROGATE_STAND_IN 0x10D800u
#define WH_TEXT_STAND_IN_END 0x10E000u

/* Appends code point `c` (a surrogate or 0 too) to `out`, by a stand-in where one is needed. */
void text_append_code_point(GString *out, gunichar c);

/* Appends `units` UTF-16LE units; `data` need not be aligned. */
void text_append_utf16le(GString *out, const uint8_t *data, size_t units);

/* Writes `units` UTF-16LE units as text to `at`, which has room for WH_TEXT_UNIT_SIZE bytes a
 * unit; no NUL follows. Returns the place after the last byte written. */
#define WH_TEXT_UNIT_SIZE 4
char *text_put_utf16le(char *at, const uint8_t *data, size_t units);

/* True where no byte is beyond ASCII: most texts, of which that is soon found out. */
static inline bool text_is_ascii(const char *text, size_t length)
{
	uint64_t seen = 0, word;
	size_t at = 0;

	for (; at + sizeof(word) <= length; at += sizeof(word)) {
		memcpy(&word, text + at, sizeof(word));
		seen |= word;
	}
	for (; at < length; at++)
		seen |= (uint8_t)text[at];
	return !(seen & 0x8080808080808080ull);
}

/* Turns ASCII letters into lower case, in place; true where no byte is beyond ASCII. */
static inline bool text_lower_ascii(char *text, size_t length)
{
	const uint64_t ones = 0x0101010101010101ull, high = 0x80 * ones;
	uint64_t seen = 0, word;
	size_t at = 0;

	for (; at + sizeof(word) <= length; at += sizeof(word)) {
		uint64_t low, upper;

		memcpy(&word, text + at, sizeof(word));
		seen |= word;
		low = word & ~high;
		/* The high bit of each byte from A on, but not after Z. */
		upper = (low + (0x80 - 'A') * ones) & ~(low + (0x7F - 'Z') * ones) & ~word & high;
		word |= upper >> 2;
		memcpy(text + at, &word, sizeof(word));
	}
	for (; at < length; at++) {
		seen |= (uint8_t)text[at];
		text[at] = (char)ascii_to_lower((uint8_t)text[at]);
	}
	return !(seen & high);
}

/* Appends bytes that are text: g_string_append_len() without a call where there is room. */
static inline void text_append_bytes(GString *out, const char *data, size_t size)
{
	if (size < out->allocated_len - out->len) {
		memcpy(out->str + out->len, data, size);
		out->len += size;
		out->str[out->len] = '\0';
	} else {
		g_string_append_len(out, data, (gssize)size);
	}
}

/* Appends `size` bytes that should be UTF-8; a byte that is not becomes U+FFFD. */
void text_append_utf8(GString *out, const char *data, size_t size);

/* A new text of `size` bytes that should be UTF-8; a byte that is not becomes U+FFFD. The
 * caller frees it. */
char *text_from_bytes(const char *data, size_t size);

/* The most bytes of a text of `length`, `most` at most, that end on a character. */
size_t text_cut(const char *text, size_t length, size_t most);

/* True for what must not reach a terminal raw: control, bidirectional, format and private
 * characters, what is invisible, every blank but the common one, stand-ins. */
bool text_is_unsafe(gunichar c);

/* Appends `text` so that a terminal shows it on one line and obeys none of it:
 * unsafe characters as \n, \t, \r or \uXXXX or \UXXXXXXXX. */
void text_append_terminal(GString *out, const char *text);

/* Appends the bytes of `text` as it was: control characters for their stand-ins, and lone
 * surrogates as three bytes, which strict readers of UTF-8 refuse. */
void text_append_raw(GString *out, const char *text);

/* Appends `text` with each run of white space as one space, and none at its ends: a payload on one
 * line, that padding cannot push out of sight. */
void text_append_squeezed(GString *out, const char *text);

/* Appends `value` in decimal, without the cost of a format. */
void text_append_decimal(GString *out, uint64_t value);

/* A case-folded copy for comparing WMI names; the caller frees it. */
char *text_fold(const char *text);

#endif
