/* SPDX-License-Identifier: Apache-2.0 */
#include "report/flat_line.h"

#include <string.h>

#include "base/json.h"

/* What follows the text that begins at `at` with a quotation mark. */
static const char *skip_text(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

/* What follows the object or list that begins at `at`. */
static const char *skip_nested(const char *at)
{
	unsigned depth = 0;

	do {
		if (*at == '"') {
			at = skip_text(at);
			continue;
		}
		depth += *at == '{' || *at == '[';
		depth -= *at == '}' || *at == ']';
		at++;
	} while (depth > 0 && *at);
	return at;
}

static bool is_nested(const char *at)
{
	return *at == '{' || *at == '[';
}

static const char *skip_value(const char *at)
{
	if (*at == '"')
		return skip_text(at);
	return is_nested(at) ? skip_nested(at) : at + strcspn(at, ",}");
}

void flat_line_make(GString *lines, gsize begin)
{
	g_autofree char *line = g_strdup(lines->str + begin);
	const char *at = line + 1;

	g_string_truncate(lines, begin + 1);
	while (*at == '"') {
		const char *value = skip_text(at) + 1, *end = skip_value(value);

		g_string_append_len(lines, at, (gssize)((is_nested(value) ? value : end) - at));
		if (is_nested(value)) {
			g_autofree char *text = g_strndup(value, (gsize)(end - value));

			json_add_string(lines, NULL, text);
		}
		if (*end == ',')
			g_string_append_c(lines, *end++);
		at = end;
	}
	g_string_append(lines, at);
}
