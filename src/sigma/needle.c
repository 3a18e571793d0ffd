/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/needle.h"

#include <glib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/bytes.h"

/* Has it letters beyond ASCII that have another case? */
static bool has_wide_letters(const char *text, size_t length)
{
	for (const char *at = text; at < text + length; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (c >= 0x80 && (g_unichar_tolower(c) != c || g_unichar_toupper(c) != c))
			return true;
	}
	return false;
}

bool needle_init(struct needle *needle, const char *text, size_t length)
{
	if (!needle->cased && has_wide_letters(text, length))
		return false;
	needle->text =
		needle->cased ? g_strndup(text, length) : g_ascii_strdown(text, (gssize)length);
	needle->length = length;
	return true;
}

void needle_release(struct needle *needle)
{
	g_free(needle->text);
}

static bool stands_at(const struct needle *needle, const char *text)
{
	if (needle->cased)
		return memcmp(needle->text, text, needle->length) == 0;
	for (size_t i = 0; i < needle->length; i++)
		if ((uint8_t)needle->text[i] != ascii_to_lower((uint8_t)text[i]))
			return false;
	return true;
}

static unsigned char case_bit(const struct needle *needle, char c)
{
	return !needle->cased && g_ascii_isalpha(c) ? 0x20 : 0;
}

#ifdef __SSE2__
static __m128i equal_mask(const char *text, char bit, char wanted)
{
	__m128i block = _mm_loadu_si128((const __m128i *)text);

	return _mm_cmpeq_epi8(_mm_or_si128(block, _mm_set1_epi8(bit)), _mm_set1_epi8(wanted));
}

/* Looks at sixteen places at once, by the needle's first and last byte. Returns the place
 * of the needle, or where the rest begins, for which `found` stays false. */
static size_t find_in_blocks(const struct needle *needle, const char *text, size_t length,
			     bool *found)
{
	size_t last = needle->length - 1, at = 0;
	char first_bit = (char)case_bit(needle, needle->text[0]);
	char last_bit = (char)case_bit(needle, needle->text[last]);

	for (; length - at >= last + 16; at += 16) {
		__m128i both =
			_mm_and_si128(equal_mask(text + at, first_bit, needle->text[0]),
				      equal_mask(text + at + last, last_bit, needle->text[last]));

		for (unsigned places = (unsigned)_mm_movemask_epi8(both); places;
		     places &= places - 1) {
			size_t place = at + (unsigned)__builtin_ctz(places);

			if (!stands_at(needle, text + place))
				continue;
			*found = true;
			return place;
		}
	}
	return at;
}
#endif

static bool find_anywhere(const struct needle *needle, const char *text, size_t length,
			  size_t *start)
{
	size_t at = 0;
	unsigned char bit = case_bit(needle, needle->text[0]);
	bool found = false;

#ifdef __SSE2__
	at = find_in_blocks(needle, text, length, &found);
#endif
	for (; !found && at + needle->length <= length; at++) {
		found = (char)((unsigned char)text[at] | bit) == needle->text[0] &&
			stands_at(needle, text + at);
		if (found)
			break;
	}
	if (found)
		*start = at;
	return found;
}

bool needle_find(const struct needle *needle, const char *text, size_t length, size_t *start)
{
	size_t place;

	if (length < needle->length ||
	    (needle->at_start && needle->at_end && length != needle->length))
		return false;
	if (needle->length > 0 && !needle->at_start && !needle->at_end)
		return find_anywhere(needle, text, length, start);
	place = needle->at_start ? 0 : length - needle->length;
	if (!stands_at(needle, text + place))
		return false;
	*start = place;
	return true;
}
