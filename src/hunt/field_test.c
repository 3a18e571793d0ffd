/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/field_test.h"

#include <string.h>

#include "base/text.h"
#include "hunt/match.h"
#include "hunt/modifier.h"
#include "hunt/pattern.h"

enum test_kind {
	TEST_PATTERN,
	TEST_REFERENCE,
	TEST_PRESENT,
	TEST_ABSENT,
};

struct field_test {
	enum test_kind kind;
	char *folded; /* the field's name, NULL for keywords */
	bool all; /* every pattern, not any */
	bool cased; /* of references */
	GPtrArray *patterns; /* struct regex, or char *: folded names of fields */
};

static struct field_test *test_new(enum test_kind kind, char *folded)
{
	struct field_test *test = g_new0(struct field_test, 1);

	test->kind = kind;
	test->folded = folded;
	test->patterns = g_ptr_array_new_with_free_func(
		kind == TEST_REFERENCE ? g_free : (GDestroyNotify)regex_free);
	return test;
}

void field_test_free(struct field_test *test)
{
	if (!test)
		return;
	g_ptr_array_unref(test->patterns);
	g_free(test->folded);
	g_free(test);
}

static void load_scalar(struct field_test *test, const struct yaml_node *value,
			const struct modifiers *modifiers, enum log_source source,
			struct lint *lint)
{
	struct regex *regex;

	if (value->type != YAML_SCALAR) {
		lint_error(lint, &value->place, "a value must be a text, number or boolean");
	} else if (yaml_node_is_null(value)) {
		lint_error(lint, &value->place, "null cannot stand in a list or with modifiers");
	} else if (test->kind == TEST_REFERENCE) {
		char *folded = text_fold(value->text);

		log_source_check_field(source, folded, &value->place, lint);
		g_ptr_array_add(test->patterns, folded);
	} else {
		regex = pattern_load(value, modifiers, lint);
		if (regex)
			g_ptr_array_add(test->patterns, regex);
	}
}

static void load_values(struct field_test *test, const struct yaml_node *value,
			const struct modifiers *modifiers, enum log_source source,
			struct lint *lint)
{
	if (value->type != YAML_LIST) {
		load_scalar(test, value, modifiers, source, lint);
		if (modifiers->all)
			lint_warn(lint, &value->place, "'all' says nothing of a single value");
		return;
	}
	if (value->children->len == 0)
		lint_error(lint, &value->place, "the list is empty");
	for (guint i = 0; i < value->children->len; i++)
		load_scalar(test, g_ptr_array_index(value->children, i), modifiers, source, lint);
}

static void check_event_ids(const char *folded, const struct modifiers *modifiers,
			    const struct yaml_node *value, enum log_source source,
			    struct lint *lint)
{
	if (source == SOURCE_SUBSCRIPTION || modifiers->comparison != COMPARE_EQUALS ||
	    strcmp(folded, "eventid") != 0)
		return;
	if (value->type == YAML_SCALAR)
		log_source_check_event_id(source, value, lint);
	for (guint i = 0; value->type == YAML_LIST && i < value->children->len; i++) {
		const struct yaml_node *item = g_ptr_array_index(value->children, i);

		if (item->type == YAML_SCALAR)
			log_source_check_event_id(source, item, lint);
	}
}

static struct field_test *load_exists(char *folded, const struct yaml_node *value,
				      struct lint *lint)
{
	bool wanted = true;

	if (!yaml_node_get_bool(value, &wanted))
		lint_error(lint, &value->place, "'exists' needs true or false");
	return test_new(wanted ? TEST_PRESENT : TEST_ABSENT, folded);
}

static bool has_modifiers(const struct yaml_node *key)
{
	return strchr(key->text, '|') != NULL;
}

static struct field_test *load_field(char *folded, const struct yaml_node *key,
				     const struct yaml_node *value,
				     const struct modifiers *modifiers, enum log_source source,
				     struct lint *lint)
{
	bool refers = modifiers->comparison == COMPARE_FIELDREF;
	struct field_test *test;

	if (!has_modifiers(key) && yaml_node_is_null(value))
		return test_new(TEST_ABSENT, folded);
	if (modifiers->comparison == COMPARE_EXISTS)
		return load_exists(folded, value, lint);
	check_event_ids(folded, modifiers, value, source, lint);
	test = test_new(refers ? TEST_REFERENCE : TEST_PATTERN, folded);
	test->all = modifiers->all;
	test->cased = modifiers->cased;
	load_values(test, value, modifiers, source, lint);
	return test;
}

static struct field_test *load_keywords(const struct yaml_node *key, const struct yaml_node *value,
					struct modifiers *modifiers, enum log_source source,
					struct lint *lint)
{
	struct field_test *test = test_new(TEST_PATTERN, NULL);

	test->all = modifiers->all;
	if (modifiers->comparison == COMPARE_EQUALS)
		modifiers->comparison = COMPARE_CONTAINS;
	if (modifiers->comparison > COMPARE_RE)
		lint_error(lint, &key->place, "'exists' and 'fieldref' need a field");
	else
		load_values(test, value, modifiers, source, lint);
	return test;
}

struct field_test *field_test_load(const struct yaml_node *key, const struct yaml_node *value,
				   enum log_source source, struct lint *lint)
{
	size_t length = strcspn(key->text, "|");
	g_autofree char *name = g_strndup(key->text, length);
	unsigned errors = lint->errors;
	struct modifiers modifiers;
	struct field_test *test;
	char *folded;

	if (!modifiers_load(key, length, lint, &modifiers))
		return NULL;
	if (length == 0) {
		test = load_keywords(key, value, &modifiers, source, lint);
	} else {
		folded = text_fold(name);
		log_source_check_field(source, folded, &key->place, lint);
		test = load_field(folded, key, value, &modifiers, source, lint);
	}
	if (lint->errors == errors)
		return test;
	field_test_free(test);
	return NULL;
}

struct field_test *field_test_load_keyword(const struct yaml_node *value, struct lint *lint)
{
	const struct modifiers modifiers = {.comparison = COMPARE_CONTAINS};
	struct field_test *test = test_new(TEST_PATTERN, NULL);
	unsigned errors = lint->errors;

	load_scalar(test, value, &modifiers, SOURCE_SUBSCRIPTION, lint);
	if (lint->errors == errors)
		return test;
	field_test_free(test);
	return NULL;
}

static bool regex_matches(struct regex *regex, struct matcher *matcher,
			  const struct subject_field *field, struct regex_span *span)
{
	enum regex_result result =
		regex_run(regex, matcher->runner, field->text, field->length, span);

	if (result == REGEX_LIMIT)
		matcher->gave_up = true;
	return result == REGEX_YES;
}

static bool texts_equal(const char *a, const char *b, bool cased)
{
	g_autofree char *folded_a = NULL;
	g_autofree char *folded_b = NULL;

	if (cased || strcmp(a, b) == 0)
		return strcmp(a, b) == 0;
	folded_a = text_fold(a);
	folded_b = text_fold(b);
	return strcmp(folded_a, folded_b) == 0;
}

/* Finds the next value that equals one of the other field's. */
static const struct subject_field *next_equal(const struct field_test *test, const char *other,
					      struct matcher *matcher, guint *index)
{
	const struct subject_field *field, *reference;

	while ((field = subject_next(matcher->subject, test->folded, index))) {
		guint at = 0;

		while ((reference = subject_next(matcher->subject, other, &at)))
			if (texts_equal(field->text, reference->text, test->cased))
				return field;
	}
	return NULL;
}

/* Finds the next value that meets one pattern; the whole text counts as matched where
 * nothing smaller does. */
static const struct subject_field *next_matching(const struct field_test *test, gpointer pattern,
						 struct matcher *matcher, guint *index,
						 struct regex_span *span)
{
	const struct subject_field *field;

	if (test->kind == TEST_REFERENCE) {
		field = next_equal(test, pattern, matcher, index);
		if (field)
			*span = (struct regex_span){0, field->length};
		return field;
	}
	while ((field = subject_next(matcher->subject, test->folded, index))) {
		if (!regex_matches(pattern, matcher, field, span))
			continue;
		if (span->start == span->end)
			*span = (struct regex_span){0, field->length};
		return field;
	}
	return NULL;
}

static bool pattern_holds(const struct field_test *test, gpointer pattern, struct matcher *matcher)
{
	struct regex_span span;
	guint index = 0;

	return next_matching(test, pattern, matcher, &index, &span) != NULL;
}

bool field_test_holds(const struct field_test *test, struct matcher *matcher)
{
	guint index = 0;

	if (test->kind == TEST_PRESENT || test->kind == TEST_ABSENT)
		return (subject_next(matcher->subject, test->folded, &index) != NULL) ==
		       (test->kind == TEST_PRESENT);
	for (guint i = 0; i < test->patterns->len; i++)
		if (pattern_holds(test, g_ptr_array_index(test->patterns, i), matcher) != test->all)
			return !test->all;
	return test->all;
}

static void collect_pattern(const struct field_test *test, gpointer pattern,
			    struct matcher *matcher, GPtrArray *fields)
{
	const struct subject_field *field;
	struct regex_span span;
	guint index = 0;

	while ((field = next_matching(test, pattern, matcher, &index, &span)))
		match_fields_add(fields, field->name, field->text + span.start,
				 span.end - span.start);
}

void field_test_collect(const struct field_test *test, struct matcher *matcher, GPtrArray *fields)
{
	const struct subject_field *field;
	guint index = 0;

	for (guint i = 0; i < test->patterns->len; i++)
		collect_pattern(test, g_ptr_array_index(test->patterns, i), matcher, fields);
	if (test->kind != TEST_PRESENT)
		return;
	while ((field = subject_next(matcher->subject, test->folded, &index)))
		match_fields_add(fields, field->name, field->text, field->length);
}
