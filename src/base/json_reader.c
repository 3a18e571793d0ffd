/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_reader.h"

#include <glib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/limits.h"
#include "base/text.h"

/* What a text holds besides plain ASCII. */
enum { HAS_ESCAPE = 1, HAS_HIGH = 2 };

void json_reader_init(struct json_reader *reader, const char *text, size_t length,
		      struct arena *arena)
{
	*reader = (struct json_reader){.at = text, .end = text + length, .arena = arena};
}

static bool fail(struct json_reader *reader, const char *problem)
{
	if (!reader->problem)
		reader->problem = problem;
	return false;
}

static void skip_blanks(struct json_reader *reader)
{
	while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
					    *reader->at == '\r' || *reader->at == '\t'))
		reader->at++;
}

static bool take(struct json_reader *reader, char c)
{
	skip_blanks(reader);
	if (reader->at == reader->end || *reader->at != c)
		return false;
	reader->at++;
	return true;
}

enum json_kind json_peek(struct json_reader *reader)
{
	skip_blanks(reader);
	switch (reader->at < reader->end ? *reader->at : '\0') {
	case '{':
		return JSON_KIND_OBJECT;
	case '[':
		return JSON_KIND_ARRAY;
	case '"':
		return JSON_KIND_TEXT;
	case 't':
		return JSON_KIND_TRUE;
	case 'f':
		return JSON_KIND_FALSE;
	case 'n':
		return JSON_KIND_NULL;
	case '-':
	case '0' ... '9':
		return JSON_KIND_NUMBER;
	default:
		return JSON_KIND_NONE;
	}
}

/* How many bytes stand for themselves, those past ASCII too. */
static size_t plain_run(const char *text, size_t length, unsigned *flags)
{
	size_t run = 0;

#ifdef __SSE2__
	for (; run + 16 <= length; run += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(text + run));
		/* A control character is its own minimum with 0x1F. */
		__m128i stop = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
		unsigned mask, high = (unsigned)_mm_movemask_epi8(bytes);

		stop = _mm_or_si128(stop, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
		stop = _mm_or_si128(stop, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
		mask = (unsigned)_mm_movemask_epi8(stop);
		if (mask) {
			unsigned before = (unsigned)__builtin_ctz(mask);

			*flags |= high & ((1u << before) - 1) ? HAS_HIGH : 0;
			return run + before;
		}
		*flags |= high ? HAS_HIGH : 0;
	}
#endif
	for (; run < length; run++) {
		unsigned char c = (unsigned char)text[run];

		if (c < 0x20 || c == '"' || c == '\\')
			break;
		*flags |= c >= 0x80 ? HAS_HIGH : 0;
	}
	return run;
}

/* The unit of the four digits at `at`, or -1. */
static int read_unit(const char *at, const char *end)
{
	int unit = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = g_ascii_xdigit_value(at[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

/* Past the escape whose backslash stands at reader->at. */
static bool skip_escape(struct json_reader *reader)
{
	const char *letter = reader->at + 1;

	if (letter == reader->end || !*letter || !strchr("\"\\/bfnrtu", *letter))
		return fail(reader, "an escape that JSON does not know");
	if (*letter == 'u' && read_unit(letter + 1, reader->end) < 0)
		return fail(reader, "an escape without four hexadecimal digits");
	reader->at = letter + (*letter == 'u' ? 5 : 1);
	return true;
}

/* Passes a text; what stands between its quotes is *start and *length. */
static bool scan_text(struct json_reader *reader, const char **start, size_t *length,
		      unsigned *flags)
{
	*flags = 0;
	if (!take(reader, '"'))
		return fail(reader, "no text where one must stand");
	*start = reader->at;
	for (;;) {
		reader->at += plain_run(reader->at, (size_t)(reader->end - reader->at), flags);
		if (reader->at == reader->end)
			return fail(reader, "it ends inside a text");
		if (*reader->at == '"')
			break;
		if (*reader->at != '\\')
			return fail(reader, "a control character inside a text");
		*flags |= HAS_ESCAPE;
		if (!skip_escape(reader))
			return false;
	}
	*length = (size_t)(reader->at++ - *start);
	if (*flags & HAS_HIGH && !g_utf8_validate_len(*start, *length, NULL))
		return fail(reader, "a text that is not UTF-8");
	return true;
}

/* Writes what the \uXXXX at *from stands for, with the second half of a pair. */
static char *put_unit(char *to, const char **from, const char *end)
{
	gunichar c = (gunichar)read_unit(*from + 2, end);

	*from += 6;
	if (c >= 0xD800 && c < 0xDC00 && end - *from >= 6 && (*from)[0] == '\\' &&
	    (*from)[1] == 'u') {
		int low = read_unit(*from + 2, end);

		if (low >= 0xDC00 && low < 0xE000) {
			*from += 6;
			return to + g_unichar_to_utf8(0x10000 + ((c - 0xD800) << 10) +
							      ((gunichar)low - 0xDC00),
						      to);
		}
	}
	if (c == 0)
		c = WH_TEXT_CONTROL_STAND_IN;
	else if (c >= 0xD800 && c < 0xE000)
		c = WH_TEXT_SURROGATE_STAND_IN + (c - 0xD800);
	return to + g_unichar_to_utf8(c, to);
}

/* The text without its escapes, which scan_text() has checked. No escape is shorter than what it
 * stands for. */
static char *unescape(struct arena *arena, const char *from, size_t length, size_t *out_length)
{
	static const char meanings[256] = {
		['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
		['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
	};
	const char *end = from + length;
	char *out = arena_alloc(arena, length + 1), *to = out;

	while (from < end) {
		const char *next = memchr(from, '\\', (size_t)(end - from));
		size_t run = (size_t)((next ? next : end) - from);

		memcpy(to, from, run);
		to += run;
		from += run;
		if (from == end)
			break;
		if (from[1] == 'u') {
			to = put_unit(to, &from, end);
		} else {
			*to++ = meanings[(unsigned char)from[1]];
			from += 2;
		}
	}
	*to = '\0';
	*out_length = (size_t)(to - out);
	arena_trim(arena, out, *out_length + 1);
	return out;
}

bool json_read_text(struct json_reader *reader, const char **out)
{
	const char *start;
	size_t length;
	unsigned flags;

	if (!scan_text(reader, &start, &length, &flags))
		return false;
	*out = flags & HAS_ESCAPE ? unescape(reader->arena, start, length, &length)
				  : arena_copy(reader->arena, start, length);
	return true;
}

bool json_open(struct json_reader *reader)
{
	if (++reader->depth > WH_MAX_JSON_DEPTH)
		return fail(reader, "objects and arrays nested too deep");
	reader->at++;
	return true;
}

/* At the begin of the next member or element of what `close` ends; false past that end. */
static bool next(struct json_reader *reader, char open, char close)
{
	bool is_first;

	if (reader->problem)
		return false;
	is_first = reader->at[-1] == open;
	if (take(reader, close)) {
		reader->depth--;
		return false;
	}
	/* An opening bracket cannot be the last byte of a value. */
	if (is_first || take(reader, ','))
		return true;
	return fail(reader, reader->at == reader->end ? "it ends inside an object or a list"
						      : "no comma between two values");
}

bool json_next_element(struct json_reader *reader)
{
	return next(reader, '[', ']');
}

bool json_next_member(struct json_reader *reader, const char **key, size_t *length)
{
	unsigned flags;

	if (!next(reader, '{', '}') || !scan_text(reader, key, length, &flags))
		return false;
	if (flags & HAS_ESCAPE)
		*key = unescape(reader->arena, *key, *length, length);
	return take(reader, ':') || fail(reader, "no colon after a name");
}

static const char *skip_digits(const char *at, const char *end)
{
	while (at < end && g_ascii_isdigit(*at))
		at++;
	return at;
}

/* Passes one digit or more. */
static bool scan_digits(struct json_reader *reader)
{
	const char *start = reader->at;

	reader->at = skip_digits(start, reader->end);
	return reader->at > start || fail(reader, "a number that is not one");
}

static bool at_any(const struct json_reader *reader, const char *letters)
{
	return reader->at < reader->end && *reader->at && strchr(letters, *reader->at);
}

/* Passes a number; *is_whole: its digits are all there is of it. */
static bool scan_number(struct json_reader *reader, bool *is_whole)
{
	*is_whole = *reader->at != '-';
	reader->at += !*is_whole;
	if (at_any(reader, "0"))
		reader->at++;
	else if (!scan_digits(reader))
		return false;
	if (at_any(reader, ".")) {
		*is_whole = false;
		reader->at++;
		if (!scan_digits(reader))
			return false;
	}
	if (at_any(reader, "eE")) {
		*is_whole = false;
		reader->at++;
		reader->at += at_any(reader, "+-");
		return scan_digits(reader);
	}
	return true;
}

bool json_read_uint(struct json_reader *reader, uint64_t *out, bool *is_exact)
{
	const char *start = reader->at;
	uint64_t number = 0;

	if (!scan_number(reader, is_exact))
		return false;
	for (; *is_exact && start < reader->at; start++) {
		unsigned digit = (unsigned)(*start - '0');

		*is_exact = number <= (UINT64_MAX - digit) / 10;
		number = number * 10 + digit;
	}
	if (*is_exact)
		*out = number;
	return true;
}

/* Numbers that JSON's readers would bend are texts. */
static bool read_digits(struct json_reader *reader, uint64_t *out)
{
	const char *text;
	bool is_exact = false;

	switch (json_peek(reader)) {
	case JSON_KIND_NUMBER:
		json_read_uint(reader, out, &is_exact);
		return is_exact;
	case JSON_KIND_TEXT:
		return json_read_text(reader, &text) &&
		       g_ascii_string_to_unsigned(text, 10, 0, UINT64_MAX, out, NULL);
	default:
		json_skip(reader);
		return false;
	}
}

const char *json_read_whole(struct json_reader *reader, size_t size, void *out)
{
	bool is_wide = size == sizeof(uint64_t);
	uint64_t number = 0;

	if (!read_digits(reader, &number) || (!is_wide && number > UINT32_MAX))
		return is_wide ? "is no whole number from 0 to 2^64-1"
			       : "is no whole number from 0 to 2^32-1";
	if (is_wide)
		*(uint64_t *)out = number;
	else
		*(uint32_t *)out = (uint32_t)number;
	return NULL;
}

const char *json_read_flag(struct json_reader *reader, bool *out)
{
	enum json_kind kind = json_peek(reader);

	*out = kind == JSON_KIND_TRUE;
	json_skip(reader);
	return kind == JSON_KIND_TRUE || kind == JSON_KIND_FALSE ? NULL
								 : "is neither true nor false";
}

bool json_read_number(struct json_reader *reader, const char **out)
{
	const char *start = reader->at;
	bool is_whole;

	if (!scan_number(reader, &is_whole))
		return false;
	*out = arena_copy(reader->arena, start, (size_t)(reader->at - start));
	return true;
}

static bool skip_word(struct json_reader *reader, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
		return fail(reader, "a word that JSON does not know");
	reader->at += length;
	return true;
}

static bool skip_object(struct json_reader *reader)
{
	const char *key;
	size_t length;

	if (!json_open(reader))
		return false;
	while (json_next_member(reader, &key, &length))
		json_skip(reader);
	return !reader->problem;
}

static bool skip_array(struct json_reader *reader)
{
	if (!json_open(reader))
		return false;
	while (json_next_element(reader))
		json_skip(reader);
	return !reader->problem;
}

/* Recursive, WH_MAX_JSON_DEPTH deep at most. */
bool json_skip(struct json_reader *reader)
{
	const char *start;
	size_t length;
	unsigned flags;
	bool is_whole;

	switch (json_peek(reader)) {
	case JSON_KIND_OBJECT:
		return skip_object(reader);
	case JSON_KIND_ARRAY:
		return skip_array(reader);
	case JSON_KIND_TEXT:
		return scan_text(reader, &start, &length, &flags);
	case JSON_KIND_NUMBER:
		return scan_number(reader, &is_whole);
	case JSON_KIND_TRUE:
		return skip_word(reader, "true");
	case JSON_KIND_FALSE:
		return skip_word(reader, "false");
	case JSON_KIND_NULL:
		return skip_word(reader, "null");
	default:
		return fail(reader, reader->at == reader->end ? "it ends where a value must stand"
							      : "no value where one must stand");
	}
}

bool json_at_end(struct json_reader *reader)
{
	skip_blanks(reader);
	return reader->at == reader->end;
}
