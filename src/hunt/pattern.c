/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/pattern.h"

#include <stdint.h>
#include <string.h>

#include "base/bytes.h"

/* One character of a Sigma string: a wildcard or itself. */
struct sigma_char {
	char wildcard; /* '*', '?' or 0 */
	char literal; /* one byte; those of a longer character come one by one */
};

/* Steps over one; the string must not be at its end. A backslash escapes a wildcard or a
 * backslash, and stands for itself before anything else. */
static struct sigma_char next_char(const char **text)
{
	const char *at = *text;

	*text = at + 1;
	if (*at == '*' || *at == '?')
		return (struct sigma_char){.wildcard = *at};
	if (*at == '\\' && at[1] && strchr("\\*?", at[1])) {
		*text = at + 2;
		return (struct sigma_char){.literal = at[1]};
	}
	return (struct sigma_char){.literal = *at};
}

static void append_literal(GString *out, char c)
{
	if (!((unsigned char)c & 0x80) && !g_ascii_isalnum(c))
		g_string_append_c(out, '\\');
	g_string_append_c(out, c);
}

static const char *skip_stars(const char *text)
{
	while (*text == '*')
		text++;
	return text;
}

/* Appends the middle; true when stars stand at the end, which then needs no anchor. */
static bool append_middle(GString *out, const char *text)
{
	bool star = false;

	while (*text) {
		struct sigma_char c = next_char(&text);

		if (c.wildcard == '*') {
			star = true;
			continue;
		}
		if (star)
			g_string_append(out, ".*?");
		star = false;
		if (c.wildcard == '?')
			g_string_append_c(out, '.');
		else
			append_literal(out, c.literal);
	}
	return star;
}

static void append_string(GString *out, const char *text, enum comparison comparison)
{
	bool open_start = comparison == COMPARE_CONTAINS || comparison == COMPARE_ENDSWITH;
	bool open_end = comparison == COMPARE_CONTAINS || comparison == COMPARE_STARTSWITH;

	if (*text != '*' && !open_start)
		g_string_append(out, "\\A");
	if (!append_middle(out, skip_stars(text)) && !open_end)
		g_string_append(out, "\\z");
}

/* The string with its escapes taken away, or NULL when it has a wildcard. */
static GString *take_literal(const char *text)
{
	GString *out = g_string_new(NULL);

	while (*text) {
		struct sigma_char c = next_char(&text);

		if (c.wildcard) {
			g_string_free(out, TRUE);
			return NULL;
		}
		g_string_append_c(out, c.literal);
	}
	return out;
}

static void widen(GString *text)
{
	glong units = 0;
	g_autofree gunichar2 *wide =
		g_utf8_to_utf16(text->str, (glong)text->len, NULL, &units, NULL);

	g_string_set_size(text, 2 * (gsize)units);
	for (glong i = 0; i < units; i++)
		bytes_put_u16((uint8_t *)text->str + 2 * i, wide[i]);
}

static void append_literals(GString *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		append_literal(out, text[i]);
}

/* What base64 makes of the text behind `shift` other bytes, without the digits that those
 * bytes or what follows have a part in. */
static void append_shifted(GString *out, const GString *text, unsigned shift)
{
	static const size_t first[] = {0, 2, 3};
	static const size_t unsure[] = {0, 3, 2};
	g_autoptr(GString) padded = g_string_new(NULL);
	g_autofree char *digits = NULL;
	size_t end;

	g_string_append_len(padded, "  ", shift);
	g_string_append_len(padded, text->str, (gssize)text->len);
	digits = g_base64_encode((const guchar *)padded->str, padded->len);
	end = strlen(digits) - unsure[padded->len % 3];
	append_literals(out, digits + first[shift], end - first[shift]);
}

/* Fewer bytes leave one or two digits of their own, which any base64 holds somewhere. */
#define SHORTEST_SHIFTED 3

static bool append_base64(GString *out, const GString *text, const struct modifiers *modifiers,
			  const struct place *place, struct lint *lint)
{
	if (!modifiers->base64_offset) {
		g_autofree char *digits = g_base64_encode((const guchar *)text->str, text->len);

		append_literals(out, digits, strlen(digits));
		return true;
	}
	if (text->len < SHORTEST_SHIFTED) {
		lint_error(lint, place, "'base64offset' needs a value of three bytes or more");
		return false;
	}
	for (unsigned shift = 0; shift < 3; shift++) {
		g_string_append(out, shift > 0 ? "|" : "(?:");
		append_shifted(out, text, shift);
	}
	g_string_append_c(out, ')');
	return true;
}

static bool append_encoded(GString *out, const struct yaml_node *value,
			   const struct modifiers *modifiers, struct lint *lint)
{
	enum comparison comparison = modifiers->comparison;
	g_autoptr(GString) text = take_literal(value->text);

	if (!text) {
		lint_error(lint, &value->place, "a value to be encoded cannot have wildcards");
		return false;
	}
	if (modifiers->wide)
		widen(text);
	if (comparison == COMPARE_EQUALS || comparison == COMPARE_STARTSWITH)
		g_string_append(out, "\\A");
	if (!append_base64(out, text, modifiers, &value->place, lint))
		return false;
	if (comparison == COMPARE_EQUALS || comparison == COMPARE_ENDSWITH)
		g_string_append(out, "\\z");
	return true;
}

static struct regex *compile_re(const struct yaml_node *value, unsigned flags, struct lint *lint)
{
	size_t offset = 0;
	g_autofree char *reason = NULL;
	struct regex *regex = regex_new(value->text, flags, &offset, &reason);
	struct place place;

	if (regex)
		return regex;
	place = yaml_node_locate(value, offset);
	lint_error(lint, &place, "bad regex: %s", reason);
	return NULL;
}

struct regex *pattern_load(const struct yaml_node *value, const struct modifiers *modifiers,
			   struct lint *lint)
{
	bool encoded = modifiers->base64 || modifiers->base64_offset;
	unsigned flags = REGEX_DOTALL | (modifiers->cased || encoded ? 0 : REGEX_CASELESS);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *reason = NULL;
	struct regex *regex;
	size_t offset;

	if (*value->text == '\0' && modifiers->comparison != COMPARE_EQUALS) {
		lint_error(lint, &value->place, "an empty value is in every text");
		return NULL;
	}
	if (modifiers->comparison == COMPARE_RE)
		return compile_re(value, modifiers->regex_flags, lint);
	if (!encoded)
		append_string(text, value->text, modifiers->comparison);
	else if (!append_encoded(text, value, modifiers, lint))
		return NULL;
	regex = regex_new(text->str, flags, &offset, &reason);
	if (!regex)
		lint_error(lint, &value->place, "cannot compile the value: %s", reason);
	return regex;
}
