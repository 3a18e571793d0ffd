/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/yaml_quote.h"

#include <string.h>

#include "base/text.h"

static void append_character(GString *out, gunichar c)
{
	if (c == '"' || c == '\\') {
		g_string_append_c(out, '\\');
		g_string_append_c(out, (char)c);
	} else if (!text_is_unsafe(c)) {
		g_string_append_unichar(out, c);
	} else {
		g_string_append_printf(out, c > 0xFFFF ? "\\U%08X" : "\\u%04X", c);
	}
}

void yaml_append_quoted(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (; *text; text = g_utf8_next_char(text))
		append_character(out, g_utf8_get_char(text));
	g_string_append_c(out, '"');
}

void yaml_append_sigma(GString *out, const char *text)
{
	GString *escaped = g_string_new(NULL);

	for (; *text; text++) {
		if (strchr("\\*?", *text))
			g_string_append_c(escaped, '\\');
		g_string_append_c(escaped, *text);
	}
	yaml_append_quoted(out, escaped->str);
	g_string_free(escaped, TRUE);
}
