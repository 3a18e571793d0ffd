/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/command_line.h"

#include <string.h>

#include "base/text.h"

#define LEAST_LITERAL 3 /* characters besides the placeholders */

struct command_pattern {
	GPtrArray *pieces; /* char *: what stands before, between and after the placeholders */
	char *program;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Case folded, without quotes, one space for many. */
static GString *squeeze(const char *text)
{
	g_autofree char *folded = text_fold(text);
	GString *out = g_string_sized_new(strlen(folded));

	for (const char *at = folded; *at; at++) {
		if (*at == '"')
			continue;
		if (!is_blank(*at))
			g_string_append_c(out, *at);
		else if (out->len && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
	}
	if (out->len && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	return out;
}

static const char *file_name(const char *path, size_t *length)
{
	const char *name = path;

	for (size_t i = 0; i < *length; i++) {
		if (path[i] == '\\' || path[i] == '/')
			name = path + i + 1;
	}
	*length -= (size_t)(name - path);
	if (*length > 4 && g_ascii_strncasecmp(name + *length - 4, ".exe", 4) == 0)
		*length -= 4;
	return name;
}

char *program_name(const char *path)
{
	g_autofree char *folded = text_fold(path);
	size_t length = strlen(folded);
	const char *name = file_name(folded, &length);

	return g_strndup(name, length);
}

char *command_line_normalise(const char *text)
{
	GString *line = squeeze(text);
	size_t word = strcspn(line->str, " ");
	size_t length = word;
	const char *name = file_name(line->str, &length);
	char *out = g_strdup_printf("%.*s%s", (int)length, name, line->str + word);

	g_string_free(line, TRUE);
	return out;
}

/* The length of the %placeholder% at `at`, or 0. */
static size_t placeholder_length(const char *at)
{
	size_t length;

	if (*at != '%')
		return 0;
	length = strcspn(at + 1, "% ");
	return length > 0 && at[length + 1] == '%' ? length + 2 : 0;
}

static void add_pieces(GPtrArray *pieces, const char *line)
{
	const char *start = line;

	for (const char *at = line; *at;) {
		size_t length = placeholder_length(at);

		if (length == 0) {
			at++;
			continue;
		}
		g_ptr_array_add(pieces, g_strndup(start, (size_t)(at - start)));
		at += length;
		start = at;
	}
	g_ptr_array_add(pieces, g_strdup(start));
}

struct command_pattern *command_pattern_new(const char *text)
{
	struct command_pattern *pattern = g_new0(struct command_pattern, 1);
	g_autofree char *line = command_line_normalise(text);
	size_t literal = 0;

	pattern->pieces = g_ptr_array_new_with_free_func(g_free);
	add_pieces(pattern->pieces, line);
	pattern->program = g_strndup(line, strcspn(line, " "));
	if (strchr(pattern->program, '%'))
		*pattern->program = '\0';
	for (guint i = 0; i < pattern->pieces->len; i++)
		literal += strlen(pattern->pieces->pdata[i]);
	if (literal < LEAST_LITERAL)
		g_clear_pointer(&pattern, command_pattern_free);
	return pattern;
}

void command_pattern_free(struct command_pattern *pattern)
{
	if (!pattern)
		return;
	g_ptr_array_unref(pattern->pieces);
	g_free(pattern->program);
	g_free(pattern);
}

/* The first piece must begin the line and the last end it; each of the others is taken where
 * it comes first, which is right when nothing but gaps stands between. */
bool command_pattern_matches(const struct command_pattern *pattern, const char *normalised)
{
	const GPtrArray *pieces = pattern->pieces;
	const char *last = pieces->pdata[pieces->len - 1];
	const char *at = normalised;

	if (pieces->len == 1)
		return strcmp(last, normalised) == 0;
	if (!g_str_has_prefix(at, pieces->pdata[0]))
		return false;
	at += strlen(pieces->pdata[0]);
	for (guint i = 1; i + 1 < pieces->len; i++) {
		at = strstr(at, pieces->pdata[i]);
		if (!at)
			return false;
		at += strlen(pieces->pdata[i]);
	}
	return strlen(at) >= strlen(last) && g_str_has_suffix(at, last);
}

const char *command_pattern_get_program(const struct command_pattern *pattern)
{
	return pattern->program;
}
