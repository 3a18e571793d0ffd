/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/entry_name.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

#define INSIDE " > " /* between an archive and what it holds */

/* IBM's code page 437 from 0x80 on. */
static const uint16_t code_page_437[128] = {
	0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7, 0x00EA, 0x00EB, 0x00E8,
	0x00EF, 0x00EE, 0x00EC, 0x00C4, 0x00C5, 0x00C9, 0x00E6, 0x00C6, 0x00F4, 0x00F6, 0x00F2,
	0x00FB, 0x00F9, 0x00FF, 0x00D6, 0x00DC, 0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192, 0x00E1,
	0x00ED, 0x00F3, 0x00FA, 0x00F1, 0x00D1, 0x00AA, 0x00BA, 0x00BF, 0x2310, 0x00AC, 0x00BD,
	0x00BC, 0x00A1, 0x00AB, 0x00BB, 0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562,
	0x2556, 0x2555, 0x2563, 0x2551, 0x2557, 0x255D, 0x255C, 0x255B, 0x2510, 0x2514, 0x2534,
	0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F, 0x255A, 0x2554, 0x2569, 0x2566, 0x2560,
	0x2550, 0x256C, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256B,
	0x256A, 0x2518, 0x250C, 0x2588, 0x2584, 0x258C, 0x2590, 0x2580, 0x03B1, 0x00DF, 0x0393,
	0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4, 0x03A6, 0x0398, 0x03A9, 0x03B4, 0x221E, 0x03C6,
	0x03B5, 0x2229, 0x2261, 0x00B1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00F7, 0x2248, 0x00B0,
	0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x00A0,
};

static char *from_code_page(const char *bytes, size_t size)
{
	GString *out = g_string_sized_new(size);

	for (size_t i = 0; i < size; i++) {
		uint8_t c = (uint8_t)bytes[i];

		text_append_code_point(out, c < 0x80 ? c : code_page_437[c - 0x80]);
	}
	return g_string_free(out, FALSE);
}

char *entry_name_decode(const char *bytes, size_t size, bool should_be_utf8)
{
	/* Many tools write UTF-8 without saying so; other text is hardly ever valid UTF-8. */
	if (should_be_utf8 || g_utf8_validate(bytes, (gssize)size, NULL))
		return text_from_bytes(bytes, size);
	return from_code_page(bytes, size);
}

static bool is_separator(char c)
{
	return c == '/' || c == '\\';
}

static bool is_absolute(const char *bytes, size_t size)
{
	if (size > 0 && is_separator(bytes[0]))
		return true;
	return size > 2 && g_ascii_isalpha(bytes[0]) && bytes[1] == ':' && is_separator(bytes[2]);
}

static bool climbs(const char *bytes, size_t size)
{
	for (size_t i = 0; i + 2 <= size; i++)
		if (bytes[i] == '.' && bytes[i + 1] == '.' &&
		    (i == 0 || is_separator(bytes[i - 1])) &&
		    (i + 2 == size || is_separator(bytes[i + 2])))
			return true;
	return false;
}

static bool has_controls(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((uint8_t)bytes[i] < 0x20 || bytes[i] == 0x7F)
			return true;
	return false;
}

const char *entry_name_find_problem(const char *bytes, size_t size)
{
	if (has_controls(bytes, size))
		return "the entry's name holds control characters";
	if (is_absolute(bytes, size))
		return "the entry's name is an absolute path";
	if (climbs(bytes, size))
		return "the entry's name leads out of the archive by \"..\"";
	return NULL;
}

char *entry_name_join(const char *outer, const char *name, size_t most, bool *cut)
{
	GString *out = g_string_new(outer);
	size_t length;

	if (outer)
		g_string_append(out, INSIDE);
	g_string_append(out, name);
	length = text_cut(out->str, out->len, most);
	*cut = length < out->len;
	g_string_truncate(out, length);
	return g_string_free(out, FALSE);
}

const char *entry_name_base(const char *name)
{
	const char *base = name;

	for (const char *at = name; *at; at++) {
		if (*at == '/' || *at == '\\')
			base = at + 1;
		else if (g_str_has_prefix(at, INSIDE))
			base = at + strlen(INSIDE);
	}
	return base;
}

size_t entry_name_archive_length(const char *name)
{
	const char *end = name;

	for (const char *at = name; (at = strstr(at, INSIDE)) != NULL; at++)
		end = at + strlen(INSIDE);
	return (size_t)(end - name);
}
