/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/sigma_text.h"

#include <string.h>

#include "base/limits.h"

/* Sigma specification, appendix "modifiers", windash. */
static const char *const dashes[] = {"-", "/", "\u2013", "\u2014", "\u2015"};

/* One character: a wildcard or itself. */
struct sigma_char {
	char wildcard; /* '*', '?' or 0 */
	const char *bytes;
	size_t length;
};

/* Steps over one; the string must not be at its end. */
static struct sigma_char next_char(const char **text)
{
	const char *at = *text;

	if (*at == '\\' && at[1] && strchr("\\*?", at[1]))
		at++;
	else if (*at == '*' || *at == '?')
		return (struct sigma_char){.wildcard = *(*text)++, .bytes = at};
	*text = g_utf8_next_char(at);
	return (struct sigma_char){.bytes = at, .length = (size_t)(*text - at)};
}

static const char *skip_stars(const char *text)
{
	while (*text == '*')
		text++;
	return text;
}

void sigma_text_init(struct sigma_text *text, const char *source)
{
	const char *at = skip_stars(source);

	*text = (struct sigma_text){.literal = g_string_new(NULL), .open_start = at != source};
	while (*at) {
		struct sigma_char c = next_char(&at);

		if (c.wildcard == '*') {
			text->open_end = true;
			continue;
		}
		/* A star that turns out not to be at the end was a wildcard in the middle. */
		text->has_wildcards |= c.wildcard == '?' || text->open_end;
		text->open_end = false;
		g_string_append_len(text->literal, c.bytes, (gssize)c.length);
	}
	if (text->literal->len == 0 && text->open_start)
		text->open_end = true;
}

void sigma_text_release(struct sigma_text *text)
{
	g_string_free(text->literal, TRUE);
}

static bool is_dash(const char *bytes, size_t length)
{
	for (guint i = 0; i < G_N_ELEMENTS(dashes); i++)
		if (strlen(dashes[i]) == length && memcmp(dashes[i], bytes, length) == 0)
			return true;
	return false;
}

static void append_quoted(GString *out, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!((unsigned char)bytes[i] & 0x80) && !g_ascii_isalnum(bytes[i]))
			g_string_append_c(out, '\\');
		g_string_append_c(out, bytes[i]);
	}
}

void sigma_text_append_quoted(GString *out, const char *text)
{
	append_quoted(out, text, strlen(text));
}

static void append_dash_class(GString *out)
{
	g_string_append(out, "[\\-");
	for (guint i = 1; i < G_N_ELEMENTS(dashes); i++)
		g_string_append(out, dashes[i]);
	g_string_append_c(out, ']');
}

void sigma_text_append_regex(GString *out, const char *source, bool windash)
{
	const char *at = skip_stars(source);
	bool star = false;

	while (*at) {
		struct sigma_char c = next_char(&at);

		if (c.wildcard == '*') {
			star = true;
			continue;
		}
		if (star)
			g_string_append(out, ".*?");
		star = false;
		if (c.wildcard == '?')
			g_string_append_c(out, '.');
		else if (windash && is_dash(c.bytes, c.length))
			append_dash_class(out);
		else
			append_quoted(out, c.bytes, c.length);
	}
}

/* Printable ASCII, or what has no other case. */
static bool is_literal(const struct sigma_char *c)
{
	gunichar code;

	if (c->wildcard)
		return false;
	if (c->length == 1)
		return *c->bytes >= 0x20 && *c->bytes <= 0x7E;
	code = g_utf8_get_char(c->bytes);
	return g_unichar_tolower(code) == code && g_unichar_toupper(code) == code;
}

char *sigma_text_find_literal(const char *source, bool windash)
{
	g_autoptr(GString) run = g_string_new(NULL);
	GString *longest = g_string_new(NULL);

	while (*source) {
		struct sigma_char c = next_char(&source);

		if (is_literal(&c) && !(windash && is_dash(c.bytes, c.length)))
			g_string_append_len(run, c.bytes, (gssize)c.length);
		else
			g_string_truncate(run, 0);
		if (run->len > longest->len)
			g_string_assign(longest, run->str);
	}
	return g_string_free(longest, FALSE);
}

/* Puts a dash after each of the variants from `first` on, one copy for each form. */
static void multiply(GPtrArray *variants, guint first)
{
	guint end = variants->len;

	for (guint i = first; i < end; i++) {
		char *variant = g_ptr_array_index(variants, i);

		for (guint form = 1; form < G_N_ELEMENTS(dashes); form++)
			g_ptr_array_add(variants, g_strconcat(variant, dashes[form], NULL));
		g_ptr_array_index(variants, i) = g_strconcat(variant, dashes[0], NULL);
		g_free(variant);
	}
}

static void append_to_all(GPtrArray *variants, guint first, const char *bytes, size_t length)
{
	for (guint i = first; i < variants->len; i++) {
		GString *variant = g_string_new(g_ptr_array_index(variants, i));

		g_string_append_len(variant, bytes, (gssize)length);
		g_free(g_ptr_array_index(variants, i));
		g_ptr_array_index(variants, i) = g_string_free(variant, FALSE);
	}
}

bool sigma_text_add_dashes(const char *literal, GPtrArray *variants)
{
	guint first = variants->len;
	const char *start = literal, *at = literal, *next;

	g_ptr_array_add(variants, g_strdup(""));
	for (; *at; at = next) {
		next = g_utf8_next_char(at);
		if (!is_dash(at, (size_t)(next - at)))
			continue;
		if ((variants->len - first) * G_N_ELEMENTS(dashes) > WH_MAX_DASH_VARIANTS)
			return false;
		append_to_all(variants, first, start, (size_t)(at - start));
		multiply(variants, first);
		start = next;
	}
	append_to_all(variants, first, start, (size_t)(at - start));
	return true;
}

static bool is_name_char(char c)
{
	return g_ascii_isalnum(c) || c == '_' || ((unsigned char)c & 0x80);
}

char *sigma_text_find_placeholder(const char *source)
{
	for (const char *at = source; *at; at++) {
		const char *end = at + 1;

		if (*at == '\\' && at[1]) {
			at++;
			continue;
		}
		if (*at != '%')
			continue;
		while (is_name_char(*end))
			end++;
		if (*end == '%' && end > at + 1)
			return g_strndup(at + 1, (gsize)(end - at - 1));
	}
	return NULL;
}

char *sigma_text_unescape_percent(const char *source)
{
	GString *out = g_string_new(NULL);

	for (const char *at = source; *at; at++)
		if (at[0] != '\\' || at[1] != '%')
			g_string_append_c(out, *at);
	return g_string_free(out, FALSE);
}
