/* SPDX-License-Identifier: Apache-2.0 */
#include "base/percent.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

static bool read_escape(const char *at, char *out)
{
	int high = g_ascii_xdigit_value(at[1]);
	int low = high < 0 ? -1 : g_ascii_xdigit_value(at[2]);

	if (low < 0)
		return false;
	*out = (char)(high * 16 + low);
	return *out != '\0' && !g_ascii_isalnum(*out);
}

char *percent_decoded(const char *name)
{
	g_autoptr(GString) out = NULL;

	if (!strchr(name, '%'))
		return NULL;
	out = g_string_new(NULL);
	for (const char *at = name; *at; at++) {
		char c = *at;

		if (c == '%') {
			if (!read_escape(at, &c))
				return NULL;
			at += 2;
		}
		g_string_append_c(out, c);
	}
	if (!g_utf8_validate(out->str, (gssize)out->len, NULL))
		return NULL;
	return g_string_free(g_steal_pointer(&out), FALSE);
}
