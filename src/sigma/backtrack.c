/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/backtrack.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"

/* So many repeats of a group are as bad as any number of them. */
#define MANY 10

#define TRIAL_LENGTH 128
#define LONGEST_PREFIX 64

struct quantifier {
	unsigned least;
	unsigned most; /* MANY stands for more */
	bool possessive;
};

/* What matters of a sequence of items. */
struct shape {
	bool fixed; /* something in it must stand there, and only once */
	bool repeats; /* something in it repeats */
	bool dots; /* any character repeats in it, and something stands behind */
	bool trailing_dots; /* any character repeats at its end */
};

struct scanner {
	const char *source;
	const char *at;
	unsigned depth;
	bool found;
	size_t offset; /* of what was found */
};

static unsigned read_count(const char **at, unsigned missing)
{
	unsigned count = 0;

	if (!g_ascii_isdigit(**at))
		return missing;
	for (; g_ascii_isdigit(**at); ++*at)
		count = MIN(count * 10 + (unsigned)(**at - '0'), MANY);
	return count;
}

/* "{2,5}" and its kin; anything else in braces is literal. */
static bool read_braces(struct scanner *scanner, struct quantifier *out)
{
	const char *at = scanner->at + 1;

	if (!g_ascii_isdigit(*at) && *at != ',')
		return false;
	out->least = read_count(&at, 0);
	out->most = out->least;
	if (*at == ',') {
		at++;
		out->most = read_count(&at, MANY);
	}
	if (*at != '}')
		return false;
	scanner->at = at + 1;
	return true;
}

static struct quantifier read_quantifier(struct scanner *scanner)
{
	struct quantifier quantifier = {1, 1, false};
	char c = *scanner->at;

	if (c != '\0' && strchr("*+?", c)) {
		quantifier.least = c == '+';
		quantifier.most = c == '?' ? 1 : MANY;
		scanner->at++;
	} else if (c != '{' || !read_braces(scanner, &quantifier)) {
		return quantifier;
	}
	quantifier.possessive = *scanner->at == '+';
	if (*scanner->at == '+' || *scanner->at == '?')
		scanner->at++;
	return quantifier;
}

static void skip_class(struct scanner *scanner)
{
	scanner->at++;
	if (*scanner->at == '^')
		scanner->at++;
	/* A bracket that comes first is a character. */
	if (*scanner->at == ']')
		scanner->at++;
	while (*scanner->at && *scanner->at != ']') {
		if (*scanner->at == '[' && scanner->at[1] == ':') {
			const char *end = strstr(scanner->at, ":]");

			scanner->at = end ? end + 2 : scanner->at + 1;
			continue;
		}
		scanner->at += *scanner->at == '\\' && scanner->at[1] ? 2 : 1;
	}
	if (*scanner->at)
		scanner->at++;
}

static struct shape scan_alternatives(struct scanner *scanner);

/* Steps over "?:", "?<name>", "?=" and so on; true for what takes no part in repeating:
 * lookarounds, atomic groups, comments and verbs. */
static bool skip_group_start(struct scanner *scanner)
{
	const char *at = scanner->at;
	bool inert;

	if (*at == '*')
		return true;
	if (*at != '?')
		return false;
	inert = at[1] != '\0' &&
		(strchr("=!>#", at[1]) || (at[1] == '<' && (at[2] == '=' || at[2] == '!')));
	at++;
	while (*at && !strchr(":=!>)'", *at))
		at++;
	if (*at && *at != ')')
		at++;
	scanner->at = at;
	return inert;
}

static struct shape scan_group(struct scanner *scanner)
{
	struct shape shape = {0};
	bool inert;

	scanner->at++;
	inert = skip_group_start(scanner);
	if (++scanner->depth > WH_MAX_REGEX_DEPTH)
		scanner->at += strlen(scanner->at);
	else
		shape = scan_alternatives(scanner);
	scanner->depth--;
	if (*scanner->at == ')')
		scanner->at++;
	if (inert)
		shape = (struct shape){0};
	return shape;
}

static void skip_escape(struct scanner *scanner)
{
	const char *end;

	scanner->at++;
	if (*scanner->at == 'Q') {
		end = strstr(scanner->at, "\\E");
		scanner->at = end ? end + 2 : scanner->at + strlen(scanner->at);
	} else if (*scanner->at && strchr("pPxgko", *scanner->at) && scanner->at[1] == '{') {
		end = strchr(scanner->at, '}');
		scanner->at = end ? end + 1 : scanner->at + strlen(scanner->at);
	} else if (*scanner->at) {
		scanner->at = g_utf8_next_char(scanner->at);
	}
}

/* Adds an item that is no group: a character, a class or an escape. */
static void add_atom(struct shape *shape, const struct quantifier *quantifier, bool dot, bool line)
{
	bool repeats = quantifier->most >= MANY && !quantifier->possessive;

	/* A line break ends what dots match, so the next round finds no other way. */
	shape->dots |= shape->trailing_dots && !line;
	shape->trailing_dots = repeats && dot;
	shape->repeats |= repeats;
	shape->fixed |= !repeats && quantifier->least > 0;
}

static void add_group(struct scanner *scanner, struct shape *shape, const struct shape *group,
		      const struct quantifier *quantifier, size_t offset)
{
	bool repeats = quantifier->most >= MANY && !quantifier->possessive;
	bool loose = group->repeats && !group->fixed;

	if (repeats && !scanner->found && (loose || group->dots || group->trailing_dots)) {
		scanner->found = true;
		scanner->offset = offset;
	}
	shape->dots |= shape->trailing_dots || (group->dots && !quantifier->possessive);
	shape->trailing_dots = group->trailing_dots;
	shape->repeats |= repeats || loose;
	shape->fixed |= !repeats && quantifier->least > 0 && !loose;
}

static void scan_item(struct scanner *scanner, struct shape *shape)
{
	size_t offset = (size_t)(scanner->at - scanner->source);
	struct quantifier quantifier;
	struct shape group;
	char c = *scanner->at;
	bool line = c == '\\' && (scanner->at[1] == 'n' || scanner->at[1] == 'r');

	if (c == '(') {
		group = scan_group(scanner);
		quantifier = read_quantifier(scanner);
		add_group(scanner, shape, &group, &quantifier, offset);
		return;
	}
	if (c == '[')
		skip_class(scanner);
	else if (c == '\\')
		skip_escape(scanner);
	else
		scanner->at = g_utf8_next_char(scanner->at);
	quantifier = read_quantifier(scanner);
	if (c != '^' && c != '$')
		add_atom(shape, &quantifier, c == '.', line);
}

/* To the end, or the parenthesis that closes the group. The worst of the alternatives. */
static struct shape scan_alternatives(struct scanner *scanner)
{
	struct shape worst = {.fixed = true};
	struct shape shape = {0};

	for (;;) {
		char c = *scanner->at;

		if (c != '\0' && c != '|' && c != ')') {
			scan_item(scanner, &shape);
			continue;
		}
		worst.fixed &= shape.fixed || !shape.repeats;
		worst.repeats |= shape.repeats;
		worst.dots |= shape.dots;
		worst.trailing_dots |= shape.trailing_dots;
		shape = (struct shape){0};
		if (c != '|')
			return worst;
		scanner->at++;
	}
}

static bool holds_repeats_of_repeats(const char *source, size_t *offset)
{
	struct scanner scanner = {.source = source, .at = source};

	/* A parenthesis too many cannot be here: the regex was compiled. */
	scan_alternatives(&scanner);
	if (scanner.found)
		*offset = scanner.offset;
	return scanner.found;
}

/* The plain characters that the regex begins with. */
static GString *copy_prefix(const char *source)
{
	GString *prefix = g_string_new(NULL);

	if (*source == '^')
		source++;
	for (; *source && prefix->len < LONGEST_PREFIX; source++) {
		if (*source == '\\' && g_ascii_ispunct(source[1]))
			source++;
		else if (strchr("\\^$.[|()?*+{", *source))
			break;
		g_string_append_c(prefix, *source);
	}
	/* The last byte may be one of many of a character, or repeat. */
	while (prefix->len > 0 && !g_str_is_ascii(prefix->str))
		g_string_truncate(prefix, prefix->len - 1);
	return prefix;
}

static bool tires_on(const struct regex *regex, const GString *prefix, char c)
{
	g_autoptr(GString) text = g_string_new_len(prefix->str, (gssize)prefix->len);
	gsize start = text->len;

	g_string_set_size(text, start + TRIAL_LENGTH);
	memset(text->str + start, c, TRIAL_LENGTH);
	/* What hardly any class holds, so that the end does not match. */
	g_string_append(text, "\n\001\n");
	return regex_tires_on(regex, text->str, text->len);
}

bool regex_backtracks_badly(const char *source, const struct regex *regex, size_t *offset)
{
	static const char samples[] = "aZ0 _-./\\\"=%";
	g_autoptr(GString) prefix = NULL;
	bool tried[128] = {false};

	if (holds_repeats_of_repeats(source, offset))
		return true;
	prefix = copy_prefix(source);
	*offset = 0;
	for (const char *at = samples; *at; at++)
		tried[(unsigned char)*at] = true;
	for (const char *at = source; *at; at++)
		if (g_ascii_isalnum(*at))
			tried[(unsigned char)*at] = true;
	for (unsigned c = 0; c < G_N_ELEMENTS(tried); c++)
		if (tried[c] && tires_on(regex, prefix, (char)c))
			return true;
	return false;
}
