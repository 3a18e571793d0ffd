/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/modifier.h"

#include <string.h>

#include "hunt/regex.h"

static const struct {
	const char *name;
	enum comparison comparison;
} comparisons[] = {
	{"contains", COMPARE_CONTAINS}, {"startswith", COMPARE_STARTSWITH},
	{"endswith", COMPARE_ENDSWITH}, {"re", COMPARE_RE},
	{"exists", COMPARE_EXISTS},	{"fieldref", COMPARE_FIELDREF},
};

/* One modifier and where it stands. */
struct word {
	const char *name;
	struct place place;
};

static bool is_encoded(const struct modifiers *modifiers)
{
	return modifiers->wide || modifiers->base64 || modifiers->base64_offset;
}

/* True when `word` names a comparison, well placed or not. */
static bool add_comparison(struct modifiers *modifiers, const struct word *word, struct lint *lint)
{
	for (guint i = 0; i < G_N_ELEMENTS(comparisons); i++) {
		if (strcmp(word->name, comparisons[i].name) != 0)
			continue;
		if (modifiers->comparison != COMPARE_EQUALS)
			lint_error(lint, &word->place,
				   "'%s' does not go together with the modifier before it",
				   word->name);
		modifiers->comparison = comparisons[i].comparison;
		return true;
	}
	return false;
}

static bool add_regex_flag(struct modifiers *modifiers, const struct word *word, struct lint *lint)
{
	static const struct {
		const char *name;
		unsigned flag;
	} flags[] = {{"i", REGEX_CASELESS}, {"m", REGEX_MULTILINE}, {"s", REGEX_DOTALL}};

	for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
		if (strcmp(word->name, flags[i].name) != 0)
			continue;
		if (modifiers->comparison != COMPARE_RE)
			lint_error(lint, &word->place, "'%s' only goes behind 're'", word->name);
		modifiers->regex_flags |= flags[i].flag;
		return true;
	}
	return false;
}

static bool add_encoding(struct modifiers *modifiers, const struct word *word, struct lint *lint)
{
	bool wide = strcmp(word->name, "wide") == 0 || strcmp(word->name, "utf16le") == 0;
	bool base64 = strcmp(word->name, "base64") == 0;
	bool offset = strcmp(word->name, "base64offset") == 0;

	if (!wide && !base64 && !offset)
		return false;
	if (modifiers->comparison != COMPARE_EQUALS || modifiers->base64 ||
	    modifiers->base64_offset || (wide && modifiers->wide))
		lint_error(lint, &word->place, "'%s' must stand before the modifiers around it",
			   word->name);
	modifiers->wide |= wide;
	modifiers->base64 |= base64;
	modifiers->base64_offset |= offset;
	return true;
}

static void add_word(struct modifiers *modifiers, const struct word *word, struct lint *lint)
{
	if (strcmp(word->name, "all") == 0)
		modifiers->all = true;
	else if (strcmp(word->name, "cased") == 0)
		modifiers->cased = true;
	else if (!add_comparison(modifiers, word, lint) && !add_regex_flag(modifiers, word, lint) &&
		 !add_encoding(modifiers, word, lint))
		lint_error(lint, &word->place, "the modifier '%s' is not supported", word->name);
}

static void check_together(const struct modifiers *modifiers, const struct place *place,
			   struct lint *lint)
{
	enum comparison comparison = modifiers->comparison;
	bool is_text = comparison <= COMPARE_ENDSWITH;

	if (modifiers->cased && !is_text && comparison != COMPARE_FIELDREF)
		lint_error(lint, place, "'cased' does not go together with '%s'",
			   comparison == COMPARE_RE ? "re" : "exists");
	if (modifiers->all && comparison == COMPARE_EXISTS)
		lint_error(lint, place, "'all' does not go together with 'exists'");
	if (is_encoded(modifiers) && !is_text)
		lint_error(lint, place, "an encoding only goes together with a plain value");
	if (modifiers->wide && !modifiers->base64 && !modifiers->base64_offset)
		lint_error(lint, place,
			   "UTF-16 never stands in a text as such: add 'base64' or "
			   "'base64offset'");
	if (modifiers->base64_offset && comparison != COMPARE_CONTAINS)
		lint_error(lint, place, "'base64offset' needs 'contains'");
}

bool modifiers_load(const struct yaml_node *key, size_t start, struct lint *lint,
		    struct modifiers *out)
{
	g_auto(GStrv) names = g_strsplit(key->text + start, "|", -1);
	struct modifiers modifiers = {.comparison = COMPARE_EQUALS};
	unsigned errors = lint->errors;
	size_t offset = start;

	/* What stands before the first bar is empty: the field's name ends there. */
	for (guint i = 0; names[i]; i++) {
		struct word word = {names[i], yaml_node_locate(key, offset)};

		if (i > 0)
			add_word(&modifiers, &word, lint);
		offset += strlen(names[i]) + 1;
	}
	if (lint->errors == errors)
		check_together(&modifiers, &key->place, lint);
	if (lint->errors != errors)
		return false;
	*out = modifiers;
	return true;
}
