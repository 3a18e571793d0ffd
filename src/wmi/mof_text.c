/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/mof_text.h"

#include <string.h>

#include "base/text.h"
#include "wmi/literal.h"

bool mof_is_binary(const uint8_t *data, size_t size)
{
	return size >= 4 && memcmp(data, "FOMB", 4) == 0;
}

static void append_utf16be(GString *out, const uint8_t *data, size_t units)
{
	uint8_t swapped[512];

	while (units > 0) {
		size_t count = MIN(units, sizeof swapped / 2);

		for (size_t i = 0; i < count; i++) {
			swapped[2 * i] = data[2 * i + 1];
			swapped[2 * i + 1] = data[2 * i];
		}
		/* A pair stays together. */
		if (count < units && (swapped[2 * count - 1] & 0xfc) == 0xd8 && count > 1)
			count--;
		text_append_utf16le(out, swapped, count);
		data += 2 * count;
		units -= count;
	}
}

static void append_ansi(GString *out, const uint8_t *data, size_t size)
{
	/* 0x80 to 0x9f; what is not used stays as it is. */
	static const uint16_t high[] = {
		0x20ac, 0x81,	0x201a, 0x192,	0x201e, 0x2026, 0x2020, 0x2021,
		0x2c6,	0x2030, 0x160,	0x2039, 0x152,	0x8d,	0x17d,	0x8f,
		0x90,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x2dc,	0x2122, 0x161,	0x203a, 0x153,	0x9d,	0x17e,	0x178,
	};

	for (size_t i = 0; i < size; i++)
		text_append_code_point(out, data[i] >= 0x80 && data[i] < 0xa0 ? high[data[i] - 0x80]
									      : data[i]);
}

/* ASCII as UTF-16 has a zero in every other byte. */
static bool has_zeros(const uint8_t *data, size_t size, size_t first)
{
	return size >= 4 && data[first] == 0 && data[first + 2] == 0 && data[1 - first] != 0 &&
	       data[3 - first] != 0;
}

char *mof_text_from_bytes(const uint8_t *data, size_t size)
{
	GString *out = g_string_new(NULL);

	if (size >= 2 && data[0] == 0xff && data[1] == 0xfe)
		text_append_utf16le(out, data + 2, size / 2 - 1);
	else if (size >= 2 && data[0] == 0xfe && data[1] == 0xff)
		append_utf16be(out, data + 2, size / 2 - 1);
	else if (has_zeros(data, size, 1))
		text_append_utf16le(out, data, size / 2);
	else if (has_zeros(data, size, 0))
		append_utf16be(out, data, size / 2);
	else if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
		text_append_utf8(out, (const char *)data + 3, size - 3);
	else if (g_utf8_validate((const char *)data, (gssize)size, NULL))
		g_string_append_len(out, (const char *)data, (gssize)size);
	else
		append_ansi(out, data, size);
	return g_string_free(out, FALSE);
}

/* Where the line that begins with the closing quote begins, or a text without lines holds it. NULL:
 * the string is cut off. */
static const char *find_close(const char *start, char quote, bool has_lines)
{
	const char close[] = {quote, '@', '\0'};
	const char *at = start;

	while ((at = strstr(at, close))) {
		if (!has_lines || at == start || at[-1] == '\n' || at[-1] == '\r')
			return at;
		at += 2;
	}
	return NULL;
}

static char *copy_expandable(const char *start, size_t length)
{
	GString *out = g_string_sized_new(length);

	for (size_t i = 0; i < length; i++) {
		if (start[i] == '`' && i + 1 < length)
			i++;
		g_string_append_c(out, start[i]);
	}
	return g_string_free(out, FALSE);
}

static bool may_hold_instance(const char *start, size_t length)
{
	for (size_t i = 0; i + 8 <= length; i++)
		if ((start[i] | 0x20) == 'i' && g_ascii_strncasecmp(start + i, "instance", 8) == 0)
			return true;
	return false;
}

char *mof_next_here_string(const char **at)
{
	for (const char *open = *at; (open = strchr(open, '@'));) {
		char quote = *++open;
		const char *start, *end;
		size_t length;

		if (quote != '"' && quote != '\'')
			continue;
		start = open + 1 + strspn(open + 1, " \t\r");
		end = find_close(start, quote, *start == '\n');
		length = end ? (size_t)(end - start) : strlen(start);
		*at = open = start + length + (end ? 2 : 0);
		if (!may_hold_instance(start, length))
			continue;
		return quote == '"' ? copy_expandable(start, length) : g_strndup(start, length);
	}
	return NULL;
}
