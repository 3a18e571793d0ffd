/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/pattern.h"

#include <string.h>

#include "sigma/needle.h"
#include "sigma/network.h"
#include "sigma/number.h"
#include "sigma/regex_text.h"
#include "sigma/sigma_text.h"

/*
 * What becomes of a value: a number or a range of addresses where a modifier says so; a regex as it
 * is written; of text a needle, compared byte by byte, where that gives the same as Sigma asks
 * for, else a regex made of it (wildcards, dashes of all kinds, letters beyond ASCII in any case).
 * Text that is to be encoded becomes one regex of all its encodings. Beside it stand the texts
 * of which each text that matches holds one: what readers may look for before they decode.
 */

enum pattern_kind {
	PATTERN_NEEDLE,
	PATTERN_REGEX,
	PATTERN_NUMBER,
	PATTERN_NETWORK,
};

/* A number, and how that of a field must stand to it. */
struct number_test {
	enum comparison comparison;
	enum time_part part;
	long double number;
};

struct pattern {
	enum pattern_kind kind;
	GArray *texts; /* struct field_text; NULL: none that all texts hold */
	/* Of each regex what the cheap test goes by, see pattern_may_be_in(). */
	bool has_first;
	struct byte_set first; /* each text that it matches holds one of these, if has_first */
	GArray *needed; /* and all of one of these (struct byte_set); NULL: not known */
	union {
		struct needle needle;
		struct regex *regex;
		struct number_test number;
		struct network network;
	};
};

static struct pattern *pattern_new(enum pattern_kind kind)
{
	struct pattern *pattern = g_new0(struct pattern, 1);

	pattern->kind = kind;
	return pattern;
}

static struct pattern *new_regex(struct regex *regex)
{
	struct pattern *pattern = pattern_new(PATTERN_REGEX);

	pattern->regex = regex;
	pattern->has_first = regex_get_first_bytes(regex, &pattern->first);
	return pattern;
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	if (pattern->kind == PATTERN_NEEDLE)
		needle_release(&pattern->needle);
	else if (pattern->kind == PATTERN_REGEX)
		regex_free(pattern->regex);
	g_clear_pointer(&pattern->texts, g_array_unref);
	g_clear_pointer(&pattern->needed, g_array_unref);
	g_free(pattern);
}

static bool is_open_before(enum comparison comparison)
{
	return comparison == COMPARE_CONTAINS || comparison == COMPARE_ENDSWITH;
}

static bool is_open_behind(enum comparison comparison)
{
	return comparison == COMPARE_CONTAINS || comparison == COMPARE_STARTSWITH;
}

static struct pattern *compile(const char *text, unsigned flags, const struct yaml_node *value,
			       struct lint *lint)
{
	size_t offset;
	g_autofree char *reason = NULL;
	struct regex *regex = regex_new(text, flags, &offset, &reason);

	if (regex)
		return new_regex(regex);
	lint_error(lint, &value->place, "cannot compile the value: %s", reason);
	return NULL;
}

/* Plain text at a place: no regex where comparing bytes will do. */
static struct pattern *load_needle(const struct sigma_text *text, const struct modifiers *modifiers)
{
	struct needle needle = {
		.cased = modifiers->cased,
		.at_start = !text->open_start && !is_open_before(modifiers->comparison),
		.at_end = !text->open_end && !is_open_behind(modifiers->comparison),
	};
	struct pattern *pattern;

	if (text->has_wildcards || modifiers->windash ||
	    !needle_init(&needle, text->literal->str, text->literal->len))
		return NULL;
	pattern = pattern_new(PATTERN_NEEDLE);
	pattern->needle = needle;
	return pattern;
}

static void clear_text(gpointer data)
{
	g_free((char *)((struct field_text *)data)->text);
}

/* Takes the text. */
static void add_text(struct pattern *pattern, enum text_anchor anchor, bool disguised, char *taken)
{
	const struct field_text text = {.text = taken, .anchor = anchor, .disguised = disguised};

	if (!pattern->texts) {
		pattern->texts = g_array_new(FALSE, FALSE, sizeof(struct field_text));
		g_array_set_clear_func(pattern->texts, clear_text);
	}
	g_array_append_val(pattern->texts, text);
}

static enum text_anchor get_anchor(const struct needle *needle)
{
	if (needle->at_start)
		return needle->at_end ? TEXT_WHOLE : TEXT_AT_START;
	return needle->at_end ? TEXT_AT_END : TEXT_ANYWHERE;
}

/* A needle as it is, if it can be looked for; else the best part of the value. */
static void set_text(struct pattern *pattern, const char *source, const struct modifiers *modifiers)
{
	bool is_needle = pattern->kind == PATTERN_NEEDLE;
	struct field_text text = {.disguised = !is_needle && !modifiers->cased};
	g_autofree char *literal = NULL;

	if (is_needle) {
		text.anchor = get_anchor(&pattern->needle);
		text.text = pattern->needle.text;
	}
	if (!is_needle || !field_text_can_be_sought(&text)) {
		literal = sigma_text_find_literal(source, modifiers->windash);
		text.anchor = TEXT_ANYWHERE;
		text.text = literal;
	}
	if (field_text_can_be_sought(&text))
		add_text(pattern, text.anchor, text.disguised, g_strdup(text.text));
}

static struct pattern *load_text(const struct yaml_node *value, const char *source,
				 const struct modifiers *modifiers, struct lint *lint)
{
	g_autoptr(GString) regex = g_string_new(NULL);
	struct sigma_text text;
	struct pattern *pattern;

	sigma_text_init(&text, source);
	pattern = load_needle(&text, modifiers);
	if (!pattern) {
		if (!text.open_start && !is_open_before(modifiers->comparison))
			g_string_append(regex, "\\A");
		sigma_text_append_regex(regex, source, modifiers->windash);
		if (!text.open_end && !is_open_behind(modifiers->comparison))
			g_string_append(regex, "\\z");
		pattern =
			compile(regex->str, REGEX_DOTALL | (modifiers->cased ? 0 : REGEX_CASELESS),
				value, lint);
	}
	if (pattern)
		set_text(pattern, source, modifiers);
	sigma_text_release(&text);
	return pattern;
}

/* All that is looked for instead of the value. */
static GPtrArray *list_encoded(const char *source, const struct modifiers *modifiers,
			       const char **error)
{
	GPtrArray *encoded = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) variants = g_ptr_array_new_with_free_func(g_free);
	struct sigma_text text;

	*error = NULL;
	sigma_text_init(&text, source);
	if (text.has_wildcards || text.open_start || text.open_end)
		*error = "a value to be encoded cannot have wildcards";
	else if (!modifiers->windash)
		g_ptr_array_add(variants, g_strdup(text.literal->str));
	else if (!sigma_text_add_dashes(text.literal->str, variants))
		*error = "too many dashes in a value to be encoded";
	for (guint i = 0; !*error && i < variants->len; i++)
		*error = encoding_add_texts(&modifiers->encoding, g_ptr_array_index(variants, i),
					    encoded);
	sigma_text_release(&text);
	return encoded;
}

/* The longest run of printable ASCII. */
static char *find_run(const char *text)
{
	const char *longest = text, *start = text;
	size_t length = 0;

	for (const char *at = text; *at; at++) {
		if (*at < 0x20 || *at > 0x7E)
			start = at + 1;
		if ((size_t)(at + 1 - start) > length) {
			longest = start;
			length = (size_t)(at + 1 - start);
		}
	}
	return g_strndup(longest, length);
}

/* The runs of them all, or none where one cannot be looked for. */
static void set_texts(struct pattern *pattern, const GPtrArray *texts, bool disguised)
{
	for (guint i = 0; i < texts->len; i++) {
		add_text(pattern, TEXT_ANYWHERE, disguised, find_run(g_ptr_array_index(texts, i)));
		if (field_text_can_be_sought(&g_array_index(pattern->texts, struct field_text, i)))
			continue;
		g_clear_pointer(&pattern->texts, g_array_unref);
		return;
	}
}

static void set_needed(struct pattern *pattern, const GPtrArray *texts)
{
	pattern->needed = g_array_new(FALSE, FALSE, sizeof(struct byte_set));
	for (guint i = 0; i < texts->len; i++) {
		g_autofree char *lower = g_ascii_strdown(texts->pdata[i], -1);
		struct byte_set bytes = {{0}};

		byte_set_add_text(&bytes, lower, strlen(lower));
		g_array_append_val(pattern->needed, bytes);
	}
}

/* The digits of base64 mind case, whatever the value does. */
static struct pattern *load_encoded(const struct yaml_node *value, const char *source,
				    const struct modifiers *modifiers, struct lint *lint)
{
	bool minds_case = modifiers->cased || modifiers->encoding.base64 != BASE64_NONE;
	const char *error;
	g_autoptr(GPtrArray) texts = list_encoded(source, modifiers, &error);
	g_autoptr(GString) regex = g_string_new(NULL);
	struct pattern *pattern;

	if (error) {
		lint_error(lint, &value->place, "%s", error);
		return NULL;
	}
	if (!is_open_before(modifiers->comparison))
		g_string_append(regex, "\\A");
	for (guint i = 0; i < texts->len; i++) {
		g_string_append(regex, i > 0 ? "|" : "(?:");
		sigma_text_append_quoted(regex, g_ptr_array_index(texts, i));
	}
	g_string_append_c(regex, ')');
	if (!is_open_behind(modifiers->comparison))
		g_string_append(regex, "\\z");
	pattern = compile(regex->str, minds_case ? 0 : REGEX_CASELESS, value, lint);
	if (pattern)
		set_texts(pattern, texts, !minds_case);
	return pattern;
}

static struct pattern *load_regex(const struct yaml_node *value, const char *source, unsigned flags,
				  struct lint *lint)
{
	size_t offset = 0;
	g_autofree char *reason = NULL;
	struct regex *regex = regex_new(source, flags, &offset, &reason);
	g_autoptr(GPtrArray) texts = NULL;
	struct pattern *pattern;
	struct place place;

	if (!regex) {
		place = yaml_node_locate(value, offset);
		lint_error(lint, &place, "bad regex: %s", reason);
		return NULL;
	}
	if (!lint->errors_only && regex_can_tire(regex, source))
		lint_warn(lint, &value->place,
			  "this regex can take very long on some texts: a repeat holds what can "
			  "match the same text in many ways");
	pattern = new_regex(regex);
	texts = regex_text_find(source);
	if (texts) {
		set_texts(pattern, texts, true);
		set_needed(pattern, texts);
	}
	return pattern;
}

static struct pattern *load_number(const struct yaml_node *value, const struct modifiers *modifiers,
				   struct lint *lint)
{
	struct number_test test = {.comparison = modifiers->comparison, .part = modifiers->part};
	struct pattern *pattern;

	if (!number_parse(value->text, &test.number)) {
		lint_error(lint, &value->place, "expected a number, not '%s'", value->text);
		return NULL;
	}
	if (test.part != TIME_WHOLE && !time_part_can_be(test.part, test.number)) {
		lint_error(lint, &value->place, "no time has '%s' there", value->text);
		return NULL;
	}
	pattern = pattern_new(PATTERN_NUMBER);
	pattern->number = test;
	return pattern;
}

static struct pattern *load_network(const struct yaml_node *value, struct lint *lint)
{
	struct pattern *pattern = pattern_new(PATTERN_NETWORK);
	bool stray = false;

	if (!network_parse(value->text, &pattern->network, &stray)) {
		lint_error(lint, &value->place, "'%s' is no range of IP addresses", value->text);
		pattern_free(pattern);
		return NULL;
	}
	if (stray)
		lint_warn(lint, &value->place, "'%s' has bits set after its prefix", value->text);
	return pattern;
}

static bool is_placeholder(const struct yaml_node *value, const struct modifiers *modifiers,
			   struct lint *lint)
{
	g_autofree char *name = modifiers->expand ? sigma_text_find_placeholder(value->text) : NULL;

	if (!name)
		return false;
	lint->placeholders++;
	lint_warn(lint, &value->place,
		  "no values are known for the placeholder '%%%s%%': this is never applied", name);
	return true;
}

struct pattern *pattern_load(const struct yaml_node *value, const struct modifiers *modifiers,
			     struct lint *lint)
{
	g_autofree char *plain = NULL;
	const char *source = value->text;

	if (is_placeholder(value, modifiers, lint))
		return NULL;
	if (modifiers->expand)
		source = plain = sigma_text_unescape_percent(source);
	if (modifiers_are_numeric(modifiers))
		return load_number(value, modifiers, lint);
	if (modifiers->comparison == COMPARE_CIDR)
		return load_network(value, lint);
	if (*source == '\0' && modifiers->comparison != COMPARE_EQUALS)
		lint_warn(lint, &value->place, "an empty value is in every text");
	if (modifiers->comparison == COMPARE_RE)
		return load_regex(value, source, modifiers->regex_flags, lint);
	if (encoding_is_set(&modifiers->encoding))
		return load_encoded(value, source, modifiers, lint);
	return load_text(value, source, modifiers, lint);
}

const GArray *pattern_get_texts(const struct pattern *pattern)
{
	return pattern->texts;
}

const char *pattern_get_exact(const struct pattern *pattern)
{
	const struct needle *needle = &pattern->needle;

	return pattern->kind == PATTERN_NEEDLE && needle->at_start && needle->at_end ? needle->text
										     : NULL;
}

bool pattern_is_beyond_ascii(const struct pattern *pattern)
{
	return pattern->kind == PATTERN_NEEDLE && !g_str_is_ascii(pattern->needle.text);
}

void pattern_prepare(const struct pattern *pattern)
{
	if (pattern->kind == PATTERN_REGEX)
		regex_prepare(pattern->regex);
}

static bool number_holds(const struct number_test *test, const char *text)
{
	long double number;
	unsigned part;

	if (test->part == TIME_WHOLE) {
		if (!number_parse(text, &number))
			return false;
	} else if (time_part_read(test->part, text, &part)) {
		number = part;
	} else {
		return false;
	}
	switch (test->comparison) {
	case COMPARE_LT:
		return number < test->number;
	case COMPARE_LTE:
		return number <= test->number;
	case COMPARE_GT:
		return number > test->number;
	case COMPARE_GTE:
		return number >= test->number;
	default:
		return number == test->number;
	}
}

bool pattern_may_be_in(const struct pattern *pattern, const struct byte_set *bytes)
{
	if (pattern->kind != PATTERN_REGEX)
		return true;
	if (pattern->has_first && !byte_set_meets(bytes, &pattern->first))
		return false;
	/* Beyond ASCII are what regexes without case take for s and k. */
	if (!pattern->needed || !byte_set_is_ascii(bytes))
		return true;
	for (guint i = 0; i < pattern->needed->len; i++)
		if (byte_set_holds(bytes, &g_array_index(pattern->needed, struct byte_set, i)))
			return true;
	return false;
}

enum regex_result pattern_find(const struct pattern *pattern, struct regex_runner *runner,
			       const char *text, size_t length, struct regex_span *out)
{
	struct regex_span span = {0, length};
	bool found;

	switch (pattern->kind) {
	case PATTERN_REGEX:
		return regex_run(pattern->regex, runner, text, length, out);
	case PATTERN_NEEDLE:
		found = needle_find(&pattern->needle, text, length, &span.start);
		span.end = span.start + pattern->needle.length;
		break;
	case PATTERN_NUMBER:
		found = number_holds(&pattern->number, text);
		break;
	default:
		found = network_holds(&pattern->network, text);
	}
	if (!found)
		return REGEX_NO;
	*out = span;
	return REGEX_YES;
}
