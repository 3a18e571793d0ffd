/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/regex_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * A regex is read from left to right: characters that stand for themselves make up runs, and of
 * each alternative the longest run is kept. A character that may be left out or come again ends its
 * run. A group that must be met once is worth a text for each of its branches: what stands before
 * the group with what the branch begins with, or the longest run in the branch. Other groups and
 * classes are stepped over. Whatever is rarer than that ends the reading without a result: it might
 * mean something else than it seems to.
 */

#define MOST_BRANCHES 32

struct regex_reading {
	const char *at;
	GString *run; /* what now stands together */
	GPtrArray *best; /* texts of which each match holds one */
	size_t shortest; /* of these */
};

static void begin_texts(struct regex_reading *reading)
{
	reading->best = g_ptr_array_new_with_free_func(g_free);
	reading->shortest = 0;
}

/* Takes the texts if they say more than those that were found before. */
static void take_texts(struct regex_reading *reading, GPtrArray *texts)
{
	size_t shortest = SIZE_MAX;

	for (guint i = 0; i < texts->len; i++)
		shortest = MIN(shortest, strlen(texts->pdata[i]));
	if (texts->len > MOST_BRANCHES || shortest <= reading->shortest) {
		g_ptr_array_unref(texts);
		return;
	}
	g_ptr_array_unref(reading->best);
	reading->best = texts;
	reading->shortest = shortest;
}

static void end_run(struct regex_reading *reading)
{
	GPtrArray *texts;

	if (reading->run->len > reading->shortest) {
		texts = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(texts, g_strdup(reading->run->str));
		take_texts(reading, texts);
	}
	g_string_truncate(reading->run, 0);
}

/* After "[": to after the "]" that closes the class. */
static bool skip_class(struct regex_reading *reading)
{
	const char *at = reading->at;

	at += *at == '^';
	at += *at == ']';
	for (; *at && *at != ']'; at++) {
		/* "[:alpha:]", and "\Q", inside of which nothing is what it seems. */
		if (*at == '[' || (*at == '\\' && (at[1] == 'Q' || !*++at)))
			return false;
	}
	reading->at = at + 1;
	return *at == ']';
}

/* After a backslash outside of classes: a letter that means no more than itself and takes no
 * argument? */
static bool is_simple_escape(char c)
{
	return c && strchr("dDsSwWbBAzZtnrfvhHRK", c);
}

/* After "(": options that change how the rest is read, comments, verbs and the like are not. */
static bool opens_group(const char *at)
{
	if (*at == '*')
		return false;
	if (*at != '?')
		return true;
	at++;
	if (*at == '#' || *at == '(' || *at == '|')
		return false;
	/* (?x) is not to be read so; the others are names of groups or "i", "s", "m", ":", "=", "!"
	 */
	return *at == ':' || *at == '=' || *at == '!' || *at == '<' || *at == '>' ||
	       (strspn(at, "ims") > 0 && strchr(":)", at[strspn(at, "ims")]) &&
		at[strspn(at, "ims")]);
}

/* After "(": to after the ")" that closes the group. */
static bool skip_group(struct regex_reading *reading)
{
	unsigned depth = 1;

	if (!opens_group(reading->at))
		return false;
	while (depth > 0) {
		char c = *reading->at++;

		if (c == '\0') {
			return false;
		} else if (c == '\\') {
			if (*reading->at == 'Q' || !*reading->at)
				return false;
			reading->at++;
		} else if (c == '[') {
			if (!skip_class(reading))
				return false;
		} else if (c == '(') {
			if (!opens_group(reading->at))
				return false;
			depth++;
		} else if (c == ')') {
			depth--;
		}
	}
	return true;
}

/* Quantifiers, of which one may follow another; false when there are none. */
static bool skip_quantifiers(struct regex_reading *reading)
{
	const char *start = reading->at;

	while (*reading->at) {
		size_t digits = strspn(reading->at, "{0123456789, ");

		if (*reading->at == '{' && reading->at[digits] == '}')
			reading->at += digits + 1;
		else if (strchr("?*+", *reading->at))
			reading->at++;
		else
			break;
	}
	return reading->at > start;
}

/* A character that stands for itself, unless it may be left out or come again. */
static void add_char(struct regex_reading *reading, char c)
{
	if (skip_quantifiers(reading))
		end_run(reading);
	else
		g_string_append_c(reading->run, c);
}

/* Something else, in the place of which there may be anything. */
static bool end_item(struct regex_reading *reading)
{
	end_run(reading);
	skip_quantifiers(reading);
	return true;
}

/* A character of a branch that stands for itself, to after it; 0 where there is none. */
static char read_plain(const char **at)
{
	const char *start = *at;
	char c = *start++;

	if (c == '\\') {
		c = *start++;
		if (!g_ascii_ispunct(c))
			return 0;
	} else if (!g_ascii_isprint(c) || strchr("[(.^$|)?*+", c)) {
		return 0;
	}
	if (*start && strchr("?*+{", *start))
		return 0;
	*at = start;
	return c;
}

static GPtrArray *read_alternatives(struct regex_reading *reading);

/* To the end of a branch of a group that was stepped over before, so that nothing in it fails. */
static const char *find_branch_end(const char *at)
{
	struct regex_reading rest = {.at = at};

	while (*rest.at != '|' && *rest.at != ')') {
		char c = *rest.at++;

		if (c == '\\')
			rest.at++;
		else if (c == '[')
			skip_class(&rest);
		else if (c == '(')
			skip_group(&rest);
	}
	return rest.at;
}

/* What stands before the group, with what each of its branches begins with. */
static void take_branches(struct regex_reading *reading, const char *at)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	bool more;

	do {
		GString *text = g_string_new(reading->run->str);
		char c;

		while ((c = read_plain(&at)))
			g_string_append_c(text, c);
		g_ptr_array_add(texts, g_string_free(text, FALSE));
		at = find_branch_end(at);
		more = *at++ == '|';
	} while (more);
	take_texts(reading, texts);
}

/* At what follows a group: may that not be left out? */
static bool must_be_met(const char *at)
{
	size_t braced = strspn(at, "{0123456789, ");

	if (*at == '{' && at[braced] == '}') {
		if (g_ascii_strtoull(at + 1 + strspn(at + 1, " "), NULL, 10) == 0)
			return false;
		at += braced + 1;
	} else if (*at == '+') {
		at++;
	} else {
		return *at != '?' && *at != '*';
	}
	/* Of what kind the repeat is; a further repeat could be none. */
	at += *at == '?' || *at == '+';
	return *at == '\0' || !strchr("?*+{", *at);
}

/* The longest runs in the branches of a group that was stepped over before. */
static void take_runs(struct regex_reading *reading, const char *at)
{
	struct regex_reading inner = {.at = at, .run = g_string_new(NULL)};
	GPtrArray *texts = read_alternatives(&inner);

	if (texts)
		take_texts(reading, texts);
}

/* After "(". */
static bool read_group(struct regex_reading *reading)
{
	const char *start = reading->at;

	if (!skip_group(reading))
		return false;
	if (strncmp(start, "?:", 2) == 0)
		start += 2;
	if (must_be_met(reading->at) && *start != '?') {
		take_branches(reading, start);
		take_runs(reading, start);
	}
	return end_item(reading);
}

static bool read_item(struct regex_reading *reading)
{
	char c = *reading->at++;

	switch (c) {
	case '\\':
		c = *reading->at++;
		if (g_ascii_ispunct(c)) {
			add_char(reading, c);
			return true;
		}
		return is_simple_escape(c) && end_item(reading);
	case '[':
		return skip_class(reading) && end_item(reading);
	case '(':
		return read_group(reading);
	case '.':
	case '^':
	case '$':
		return end_item(reading);
	case ')':
	case '?':
	case '*':
	case '+':
		return false;
	default:
		if (!g_ascii_isprint(c))
			return end_item(reading);
		add_char(reading, c);
		return true;
	}
}

/* One alternative, up to its end: adds texts of which each match of it holds one. */
static bool read_alternative(struct regex_reading *reading, GPtrArray *texts)
{
	begin_texts(reading);
	while (*reading->at && *reading->at != '|' && *reading->at != ')')
		if (!read_item(reading))
			return false;
	end_run(reading);
	if (reading->best->len == 0)
		g_ptr_array_add(texts, g_strdup(""));
	g_ptr_array_extend_and_steal(texts, g_steal_pointer(&reading->best));
	return true;
}

/* Up to the end, or the ")" that closes the group. Releases what the reading holds. */
static GPtrArray *read_alternatives(struct regex_reading *reading)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	bool ok = read_alternative(reading, texts);

	while (ok && *reading->at == '|') {
		reading->at++;
		ok = read_alternative(reading, texts);
	}
	g_string_free(reading->run, TRUE);
	g_clear_pointer(&reading->best, g_ptr_array_unref);
	if (!ok)
		g_clear_pointer(&texts, g_ptr_array_unref);
	return texts;
}

GPtrArray *regex_text_find(const char *source)
{
	struct regex_reading reading = {.at = source, .run = g_string_new(NULL)};
	GPtrArray *texts = read_alternatives(&reading);

	if (texts && *reading.at)
		g_clear_pointer(&texts, g_ptr_array_unref);
	return texts;
}
