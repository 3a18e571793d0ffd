/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/modifier.h"

#include <string.h>

#include "sigma/regex.h"

enum word_kind {
	WORD_COMPARISON,
	WORD_TIME,
	WORD_REGEX_FLAG,
	WORD_UTF16,
	WORD_BASE64,
	WORD_SWITCH,
};

static const struct word_meaning {
	const char *name;
	enum word_kind kind;
	size_t value; /* of its kind's enum; switches: offset in struct modifiers */
} meanings[] = {
	{"contains", WORD_COMPARISON, COMPARE_CONTAINS},
	{"startswith", WORD_COMPARISON, COMPARE_STARTSWITH},
	{"endswith", WORD_COMPARISON, COMPARE_ENDSWITH},
	{"re", WORD_COMPARISON, COMPARE_RE},
	{"exists", WORD_COMPARISON, COMPARE_EXISTS},
	{"cidr", WORD_COMPARISON, COMPARE_CIDR},
	{"lt", WORD_COMPARISON, COMPARE_LT},
	{"lte", WORD_COMPARISON, COMPARE_LTE},
	{"gt", WORD_COMPARISON, COMPARE_GT},
	{"gte", WORD_COMPARISON, COMPARE_GTE},
	{"minute", WORD_TIME, TIME_MINUTE},
	{"hour", WORD_TIME, TIME_HOUR},
	{"day", WORD_TIME, TIME_DAY},
	{"week", WORD_TIME, TIME_WEEK},
	{"month", WORD_TIME, TIME_MONTH},
	{"year", WORD_TIME, TIME_YEAR},
	{"i", WORD_REGEX_FLAG, REGEX_CASELESS},
	{"m", WORD_REGEX_FLAG, REGEX_MULTILINE},
	{"s", WORD_REGEX_FLAG, REGEX_DOTALL},
	{"wide", WORD_UTF16, UTF16_LITTLE},
	{"utf16le", WORD_UTF16, UTF16_LITTLE},
	{"utf16be", WORD_UTF16, UTF16_BIG},
	{"utf16", WORD_UTF16, UTF16_MARKED},
	{"base64", WORD_BASE64, BASE64_WHOLE},
	{"base64offset", WORD_BASE64, BASE64_ANYWHERE},
	{"any", WORD_SWITCH, offsetof(struct modifiers, any)},
	{"all", WORD_SWITCH, offsetof(struct modifiers, all)},
	{"cased", WORD_SWITCH, offsetof(struct modifiers, cased)},
	{"neq", WORD_SWITCH, offsetof(struct modifiers, negated)},
	{"windash", WORD_SWITCH, offsetof(struct modifiers, windash)},
	{"expand", WORD_SWITCH, offsetof(struct modifiers, expand)},
	{"fieldref", WORD_SWITCH, offsetof(struct modifiers, refers)},
};

/* One modifier and where it stands. */
struct word {
	const char *name;
	struct place place;
};

static bool compares_texts(const struct modifiers *modifiers)
{
	return modifiers->comparison <= COMPARE_ENDSWITH && modifiers->part == TIME_WHOLE;
}

static bool orders(enum comparison comparison)
{
	return comparison >= COMPARE_LT;
}

bool modifiers_are_numeric(const struct modifiers *modifiers)
{
	return orders(modifiers->comparison) || modifiers->part != TIME_WHOLE;
}

static void complain_of_order(const struct word *word, struct lint *lint)
{
	lint_error(lint, &word->place, "'%s' does not go together with the modifier before it",
		   word->name);
}

static bool is_part(enum comparison comparison)
{
	return comparison >= COMPARE_CONTAINS && comparison <= COMPARE_ENDSWITH;
}

static void add_comparison(struct modifiers *modifiers, enum comparison comparison,
			   const struct word *word, struct lint *lint)
{
	enum comparison before = modifiers->comparison;

	if (before == COMPARE_EQUALS) {
		modifiers->comparison = comparison;
	} else if (is_part(comparison) && (is_part(before) || before == COMPARE_RE)) {
		/* Both open the text at their ends; a regex is open at both. */
		if (before != COMPARE_RE && before != comparison)
			modifiers->comparison = COMPARE_CONTAINS;
		lint_warn(lint, &word->place, "'%s' adds little to the modifier before it",
			  word->name);
	} else {
		complain_of_order(word, lint);
	}
}

static void add_part(struct modifiers *modifiers, enum time_part part, const struct word *word,
		     struct lint *lint)
{
	if (modifiers->part != TIME_WHOLE)
		complain_of_order(word, lint);
	modifiers->part = part;
}

static void add_regex_flag(struct modifiers *modifiers, unsigned flag, const struct word *word,
			   struct lint *lint)
{
	if (modifiers->comparison != COMPARE_RE)
		lint_error(lint, &word->place, "'%s' only goes after 're'", word->name);
	modifiers->regex_flags |= flag;
}

/* Modifiers work from left to right: after a comparison or base64 there is no text left
 * to encode. */
static bool may_encode(const struct modifiers *modifiers, const struct word *word,
		       struct lint *lint)
{
	if (modifiers->comparison == COMPARE_EQUALS && modifiers->encoding.base64 == BASE64_NONE &&
	    modifiers->part == TIME_WHOLE)
		return true;
	lint_error(lint, &word->place, "'%s' must stand before the modifiers around it",
		   word->name);
	return false;
}

static void add_utf16(struct modifiers *modifiers, enum utf16 utf16, const struct word *word,
		      struct lint *lint)
{
	if (!may_encode(modifiers, word, lint))
		return;
	if (modifiers->encoding.utf16 != UTF16_NONE)
		complain_of_order(word, lint);
	modifiers->encoding.utf16 = utf16;
}

static void add_base64(struct modifiers *modifiers, enum base64 base64, const struct word *word,
		       struct lint *lint)
{
	if (may_encode(modifiers, word, lint))
		modifiers->encoding.base64 = base64;
}

static void add_switch(struct modifiers *modifiers, size_t offset, const struct word *word,
		       struct lint *lint)
{
	bool *flag = (bool *)((char *)modifiers + offset);

	if (*flag)
		lint_error(lint, &word->place, "'%s' stands twice", word->name);
	*flag = true;
}

static void add_meaning(struct modifiers *modifiers, const struct word_meaning *meaning,
			const struct word *word, struct lint *lint)
{
	switch (meaning->kind) {
	case WORD_COMPARISON:
		add_comparison(modifiers, (enum comparison)meaning->value, word, lint);
		break;
	case WORD_TIME:
		add_part(modifiers, (enum time_part)meaning->value, word, lint);
		break;
	case WORD_REGEX_FLAG:
		add_regex_flag(modifiers, (unsigned)meaning->value, word, lint);
		break;
	case WORD_UTF16:
		add_utf16(modifiers, (enum utf16)meaning->value, word, lint);
		break;
	case WORD_BASE64:
		add_base64(modifiers, (enum base64)meaning->value, word, lint);
		break;
	case WORD_SWITCH:
		add_switch(modifiers, meaning->value, word, lint);
		break;
	}
}

static void add_word(struct modifiers *modifiers, const struct word *word, struct lint *lint)
{
	for (guint i = 0; i < G_N_ELEMENTS(meanings); i++) {
		if (strcmp(word->name, meanings[i].name) != 0)
			continue;
		add_meaning(modifiers, &meanings[i], word, lint);
		return;
	}
	lint_error(lint, &word->place, "there is no modifier '%s'", word->name);
}

/* Each pair that cannot mean anything; the first that is there is named. */
static const char *find_clash(const struct modifiers *modifiers)
{
	enum comparison comparison = modifiers->comparison;
	bool texts = compares_texts(modifiers);
	bool encoded = encoding_is_set(&modifiers->encoding);

	if (comparison == COMPARE_EXISTS &&
	    (modifiers->any || modifiers->all || modifiers->cased || modifiers->negated ||
	     modifiers->expand || modifiers->part != TIME_WHOLE))
		return "'exists' does not go together with another modifier";
	if (modifiers->any && modifiers->all)
		return "'any' does not go together with 'all'";
	if (modifiers->part != TIME_WHOLE && comparison != COMPARE_EQUALS && !orders(comparison))
		return "a part of a time is a number: it only goes together with 'lt', 'lte', 'gt' "
		       "and 'gte'";
	if (modifiers->cased && comparison == COMPARE_RE)
		return "'cased' does not go together with 're': a regex minds case without 'i'";
	if (modifiers->cased && !texts)
		return "'cased' only goes together with a plain value";
	if (modifiers->windash && !texts)
		return "'windash' only goes together with a plain value";
	if (encoded && !texts)
		return "an encoding only goes together with a plain value";
	if (modifiers->refers && (!texts || encoded || modifiers->windash || modifiers->expand))
		return "'fieldref' only goes together with 'contains', 'startswith', 'endswith', "
		       "'cased', 'all' and 'neq'";
	return NULL;
}

bool modifiers_load(const struct yaml_node *key, size_t start, struct lint *lint,
		    struct modifiers *out)
{
	g_auto(GStrv) names = g_strsplit(key->text + start, "|", -1);
	struct modifiers modifiers = {.comparison = COMPARE_EQUALS};
	unsigned errors = lint->errors;
	const char *clash = NULL;
	size_t offset = start;

	/* What stands before the first bar is empty: the field's name ends there. */
	for (guint i = 0; names[i]; i++) {
		struct word word = {names[i], yaml_node_locate(key, offset)};

		if (i > 0)
			add_word(&modifiers, &word, lint);
		offset += strlen(names[i]) + 1;
	}
	if (lint->errors == errors)
		clash = find_clash(&modifiers);
	if (clash)
		lint_error(lint, &key->place, "%s", clash);
	if (modifiers.encoding.base64 == BASE64_ANYWHERE &&
	    modifiers.comparison != COMPARE_CONTAINS)
		lint_warn(lint, &key->place, "'base64offset' is of little use without 'contains'");
	if (lint->errors != errors)
		return false;
	*out = modifiers;
	return true;
}
