/* SPDX-License-Identifier: Apache-2.0 */
#include "report/cell.h"

#include <langinfo.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/text.h"

/* Accents that may stand on one letter; what piles up higher runs into other lines. */
#define MOST_ACCENTS 2

/* In any other charset the bytes of UTF-8 mean something else: 0x9B is an escape. */
static bool locale_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void append_plain(GString *out, gunichar c)
{
	if (c == 0x2192)
		g_string_append(out, "->");
	else if (c > 0xFFFF)
		g_string_append_printf(out, "\\U%08x", c);
	else
		g_string_append_printf(out, "\\u%04x", c);
}

static bool has_glyph(gunichar c)
{
	return iswprint((wint_t)c) && wcwidth((wchar_t)c) >= 0;
}

/* An accent at the cell's start would sit on the cell before it. */
static void append_accents_bounded(GString *out, const char *text)
{
	unsigned accents = MOST_ACCENTS;

	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);
		bool is_accent = c >= 0x80 && wcwidth((wchar_t)c) == 0;

		accents = is_accent ? accents + 1 : 0;
		if ((c < 0x80 || has_glyph(c)) && accents <= MOST_ACCENTS)
			g_string_append_unichar(out, c);
		else
			append_plain(out, c);
	}
}

static void append_ascii(GString *out, const char *text)
{
	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		if (c < 0x80)
			g_string_append_c(out, (char)c);
		else
			append_plain(out, c);
	}
}

void cell_append_printable(GString *out, const char *text)
{
	GString *safe = g_string_new(NULL);

	text_append_terminal(safe, text);
	if (locale_is_utf8())
		append_accents_bounded(out, safe->str);
	else
		append_ascii(out, safe->str);
	g_string_free(safe, TRUE);
}

static unsigned glyph_width(const char *at)
{
	gunichar c = g_utf8_get_char(at);
	int width = c < 0x80 ? 1 : wcwidth((wchar_t)c);

	return width > 0 ? (unsigned)width : 0;
}

unsigned cell_width(const char *text)
{
	unsigned width = 0;

	for (; *text; text = g_utf8_next_char(text))
		width += glyph_width(text);
	return width;
}

size_t cell_fitting_size(const char *text, unsigned width)
{
	const char *at = text;

	for (; *at; at = g_utf8_next_char(at)) {
		unsigned glyph = glyph_width(at);

		if (glyph > width)
			break;
		width -= glyph;
	}
	return (size_t)(at - text);
}

const char *cell_cut_mark(void)
{
	return locale_is_utf8() ? "…" : "...";
}

void cell_cut(GString *text, unsigned width)
{
	const char *mark = cell_cut_mark();
	unsigned mark_width = cell_width(mark);

	if (cell_fitting_size(text->str, width) == text->len)
		return;
	if (width < mark_width) {
		mark = "";
		mark_width = 0;
	}
	g_string_truncate(text, cell_fitting_size(text->str, width - mark_width));
	g_string_append(text, mark);
}
