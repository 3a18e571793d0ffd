/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/field_test.h"

#include <string.h>

#include "base/text.h"
#include "sigma/match.h"
#include "sigma/pattern.h"

static struct field_test *test_new(enum test_kind kind, char *folded)
{
	struct field_test *test = g_new0(struct field_test, 1);

	test->kind = kind;
	test->folded = folded;
	field_name_init(&test->name, folded);
	test->patterns = g_ptr_array_new_with_free_func(
		kind == TEST_REFERENCE ? g_free : (GDestroyNotify)pattern_free);
	return test;
}

void field_test_free(struct field_test *test)
{
	if (!test)
		return;
	g_ptr_array_unref(test->patterns);
	g_free(test->folded);
	g_free(test->written);
	g_free(test);
}

static void add_reference(struct field_test *test, const struct yaml_node *value,
			  const struct log_source *source, struct lint *lint)
{
	char *folded = text_fold(value->text);

	log_source_check_field(source, folded, &value->place, lint);
	g_ptr_array_add(test->patterns, folded);
}

static void load_scalar(struct field_test *test, const struct yaml_node *value,
			const struct modifiers *modifiers, const struct log_source *source,
			struct lint *lint)
{
	struct pattern *pattern;

	if (value->type != YAML_SCALAR) {
		lint_error(lint, &value->place, "a value must be a text, number or boolean");
	} else if (yaml_node_is_null(value)) {
		lint_error(lint, &value->place, "null cannot stand with these modifiers");
	} else if (test->kind == TEST_REFERENCE) {
		add_reference(test, value, source, lint);
	} else {
		pattern = pattern_load(value, modifiers, lint);
		if (pattern)
			g_ptr_array_add(test->patterns, pattern);
	}
}

/* Null in a list: the field is absent. Keywords, and an EventID, never are. */
static void load_item(struct field_test *test, const struct yaml_node *value,
		      const struct modifiers *modifiers, const struct log_source *source,
		      struct lint *lint)
{
	if (!yaml_node_is_null(value) || (test->folded && modifiers->all)) {
		load_scalar(test, value, modifiers, source, lint);
		return;
	}
	test->or_absent |= test->folded && strcmp(test->folded, "eventid") != 0;
	lint_warn(lint, &value->place,
		  test->or_absent ? "null in a list: a field that is absent matches, too"
				  : "an empty value says nothing here");
}

static bool is_beyond_ascii(const struct field_test *test)
{
	for (guint i = 0; i < test->patterns->len; i++)
		if (test->kind != TEST_PATTERN ||
		    !pattern_is_beyond_ascii(test->patterns->pdata[i]))
			return false;
	return true;
}

static void load_values(struct field_test *test, const struct yaml_node *value,
			const struct modifiers *modifiers, const struct log_source *source,
			struct lint *lint)
{
	unsigned errors = lint->errors, placeholders = lint->placeholders;

	if (value->type != YAML_LIST) {
		load_scalar(test, value, modifiers, source, lint);
		if (modifiers->all && !modifiers->expand)
			lint_warn(lint, &value->place, "'all' says nothing of a single value");
		return;
	}
	for (guint i = 0; i < value->children->len; i++)
		load_item(test, g_ptr_array_index(value->children, i), modifiers, source, lint);
	test->beyond_ascii = is_beyond_ascii(test);
	if (test->patterns->len == 0 && !test->or_absent && lint->errors == errors &&
	    lint->placeholders == placeholders)
		lint_error(lint, &value->place, "the list is empty");
}

static void check_event_ids(const char *folded, const struct modifiers *modifiers,
			    const struct yaml_node *value, const struct log_source *source,
			    struct lint *lint)
{
	if (lint->errors_only || source->is_subscription ||
	    modifiers->comparison != COMPARE_EQUALS || modifiers->negated ||
	    strcmp(folded, "eventid") != 0)
		return;
	if (value->type == YAML_SCALAR)
		log_source_check_event_id(source, value, lint);
	for (guint i = 0; value->type == YAML_LIST && i < value->children->len; i++) {
		const struct yaml_node *item = g_ptr_array_index(value->children, i);

		if (yaml_node_is_text(item))
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

/* "neq" goes with null: the field is there. */
static bool is_null_test(const struct yaml_node *key, const struct yaml_node *value)
{
	const char *modifiers = strchr(key->text, '|');

	return yaml_node_is_null(value) && (!modifiers || strcmp(modifiers, "|neq") == 0);
}

static struct field_test *load_field(char *folded, const struct yaml_node *key,
				     const struct yaml_node *value,
				     const struct modifiers *modifiers,
				     const struct log_source *source, struct lint *lint)
{
	struct field_test *test;

	if (is_null_test(key, value))
		return test_new(modifiers->negated ? TEST_PRESENT : TEST_ABSENT, folded);
	if (modifiers->comparison == COMPARE_EXISTS)
		return load_exists(folded, value, lint);
	check_event_ids(folded, modifiers, value, source, lint);
	test = test_new(modifiers->refers ? TEST_REFERENCE : TEST_PATTERN, folded);
	test->all = modifiers->all;
	test->cased = modifiers->cased;
	test->negated = modifiers->negated;
	test->comparison = modifiers->comparison;
	load_values(test, value, modifiers, source, lint);
	return test;
}

static struct field_test *load_keywords(const struct yaml_node *key, const struct yaml_node *value,
					struct modifiers *modifiers,
					const struct log_source *source, struct lint *lint)
{
	struct field_test *test = test_new(TEST_PATTERN, NULL);

	test->all = modifiers->all;
	test->negated = modifiers->negated;
	if (modifiers->comparison == COMPARE_EXISTS || modifiers->refers ||
	    modifiers_are_numeric(modifiers)) {
		lint_error(lint, &key->place,
			   "'exists', 'fieldref', numbers and times need a field");
		return test;
	}
	if (modifiers->comparison == COMPARE_EQUALS)
		modifiers->comparison = COMPARE_CONTAINS;
	load_values(test, value, modifiers, source, lint);
	return test;
}

static void write_value(GString *written, const struct yaml_node *value)
{
	char kind = yaml_node_is_null(value) ? '0' : value->plain ? '1' : '2';

	g_string_append_c(written, '\n');
	g_string_append_c(written, kind);
	g_string_append_printf(written, "%zu:%s", strlen(value->text), value->text);
}

/* All that a test is made of. */
static char *write_test(const struct yaml_node *key, const struct yaml_node *value)
{
	GString *written = g_string_new(key->text);

	if (value->type == YAML_SCALAR)
		write_value(written, value);
	else
		g_string_append_c(written, '-');
	for (guint i = 0; value->type == YAML_LIST && i < value->children->len; i++)
		write_value(written, g_ptr_array_index(value->children, i));
	return g_string_free(written, FALSE);
}

struct field_test *field_test_load(const struct yaml_node *key, const struct yaml_node *value,
				   const struct log_source *source, struct lint *lint)
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
	if (lint->errors == errors) {
		if (test->folded && source && source->is_subscription)
			test->written = write_test(key, value);
		return test;
	}
	field_test_free(test);
	return NULL;
}

struct field_test *field_test_load_keyword(const struct yaml_node *value, struct lint *lint)
{
	const struct modifiers modifiers = {.comparison = COMPARE_CONTAINS};
	struct field_test *test = test_new(TEST_PATTERN, NULL);
	unsigned errors = lint->errors;

	load_scalar(test, value, &modifiers, NULL, lint);
	if (lint->errors == errors)
		return test;
	field_test_free(test);
	return NULL;
}

void field_test_prepare(const struct field_test *test)
{
	for (guint i = 0; test->kind == TEST_PATTERN && i < test->patterns->len; i++)
		pattern_prepare(g_ptr_array_index(test->patterns, i));
}

/* How one text stands to another, in the same case or folded. */
static bool texts_compare(enum comparison comparison, const char *text, const char *other)
{
	switch (comparison) {
	case COMPARE_CONTAINS:
		return strstr(text, other) != NULL;
	case COMPARE_STARTSWITH:
		return g_str_has_prefix(text, other);
	case COMPARE_ENDSWITH:
		return g_str_has_suffix(text, other);
	default:
		return strcmp(text, other) == 0;
	}
}

static bool value_refers(const struct field_test *test, const char *text, const char *other)
{
	g_autofree char *folded_text = NULL;
	g_autofree char *folded_other = NULL;

	/* An empty text is in every other, which says nothing. */
	if (*other == '\0' && test->comparison != COMPARE_EQUALS)
		return false;
	if (test->cased)
		return texts_compare(test->comparison, text, other);
	folded_text = text_fold(text);
	folded_other = text_fold(other);
	return texts_compare(test->comparison, folded_text, folded_other);
}

static bool refers_to(const struct field_test *test, const char *name, struct matcher *matcher,
		      const struct field *field)
{
	const struct field *other;
	guint index = 0;

	while ((other = field_list_next(matcher->subject, name, &index)))
		if (value_refers(test, field->text, other->text))
			return true;
	return false;
}

/* Does one value meet one pattern? The whole text counts as matched where nothing smaller
 * does. */
static bool value_meets(const struct field_test *test, gconstpointer pattern,
			struct matcher *matcher, const struct field *field, struct regex_span *span)
{
	enum regex_result result;

	*span = (struct regex_span){0, field->length};
	if (test->kind == TEST_REFERENCE)
		return refers_to(test, pattern, matcher, field);
	if (field->bytes && !pattern_may_be_in(pattern, field->bytes))
		return false;
	result = pattern_find(pattern, matcher->runner, field->text, field->length, span);
	if (span->start == span->end)
		*span = (struct regex_span){0, field->length};
	if (result == REGEX_LIMIT)
		matcher->gave_up = true;
	return result == REGEX_YES;
}

static bool pattern_holds(const struct field_test *test, gconstpointer pattern,
			  struct matcher *matcher)
{
	const struct field *field;
	struct regex_span span;
	guint index = 0;

	while ((field = field_list_find(matcher->subject, &test->name, &index)))
		if (value_meets(test, pattern, matcher, field, &span))
			return true;
	return false;
}

static bool all_hold(const struct field_test *test, struct matcher *matcher)
{
	for (guint i = 0; i < test->patterns->len; i++)
		if (!pattern_holds(test, g_ptr_array_index(test->patterns, i), matcher))
			return false;
	return true;
}

/* Values outside: a list may have hundreds of patterns, a field seldom more than one value. There
 * are rules that list all emoji. */
static bool any_holds(const struct field_test *test, struct matcher *matcher)
{
	const struct field *field;
	struct regex_span span;
	guint index = 0;

	while ((field = field_list_find(matcher->subject, &test->name, &index))) {
		if (test->beyond_ascii && g_str_is_ascii(field->text))
			continue;
		for (guint i = 0; i < test->patterns->len; i++)
			if (value_meets(test, g_ptr_array_index(test->patterns, i), matcher, field,
					&span))
				return true;
	}
	return false;
}

static bool is_present(const struct field_test *test, struct matcher *matcher)
{
	guint index = 0;

	return field_list_find(matcher->subject, &test->name, &index) != NULL;
}

static bool test_is_met(const struct field_test *test, struct matcher *matcher)
{
	if (test->kind == TEST_PRESENT || test->kind == TEST_ABSENT)
		return is_present(test, matcher) == (test->kind == TEST_PRESENT);
	if (test->or_absent && !is_present(test, matcher))
		return !test->negated;
	return (test->all ? all_hold(test, matcher) : any_holds(test, matcher)) != test->negated;
}

static bool may_be_met(const struct field_test *test, const struct field *field)
{
	for (guint i = 0; i < test->patterns->len; i++)
		if (!field->bytes || pattern_may_be_in(test->patterns->pdata[i], field->bytes))
			return true;
	return false;
}

enum test_answer field_test_guess(const struct field_test *test, const struct field_list *subject)
{
	bool looks = test->kind != TEST_PATTERN;
	const struct field *field;
	guint index = 0;

	if (test->kind == TEST_REFERENCE || test->negated || test->or_absent || test->all)
		return TEST_UNKNOWN;
	while ((field = field_list_find(subject, &test->name, &index)))
		if (looks || may_be_met(test, field))
			break;
	if (looks)
		return (field != NULL) == (test->kind == TEST_PRESENT) ? TEST_HOLDS : TEST_FAILS;
	return field ? TEST_UNKNOWN : TEST_FAILS;
}

static uint8_t find_answer(const struct field_test *test, const struct matcher *matcher)
{
	struct matcher once = {.subject = matcher->subject, .runner = matcher->runner};
	bool is_met = test_is_met(test, &once);

	return (uint8_t)((is_met ? TEST_HOLDS : TEST_FAILS) | (once.gave_up ? TEST_GAVE_UP : 0));
}

bool field_test_holds(const struct field_test *test, struct matcher *matcher)
{
	uint8_t *answer;

	if (!matcher->answers || test->number == 0)
		return test_is_met(test, matcher);
	answer = &matcher->answers[test->number];
	if (*answer == TEST_UNKNOWN)
		*answer = find_answer(test, matcher);
	matcher->gave_up |= (*answer & TEST_GAVE_UP) != 0;
	return *answer & TEST_HOLDS;
}

static void collect_pattern(const struct field_test *test, gconstpointer pattern,
			    struct matcher *matcher, GPtrArray *fields)
{
	const struct field *field;
	struct regex_span span;
	guint index = 0;

	while ((field = field_list_find(matcher->subject, &test->name, &index)))
		if (value_meets(test, pattern, matcher, field, &span))
			match_fields_add(fields, field->name, field->text + span.start,
					 span.end - span.start);
}

static void collect_whole(const struct field_test *test, struct matcher *matcher, GPtrArray *fields)
{
	const struct field *field;
	guint index = 0;

	while ((field = field_list_find(matcher->subject, &test->name, &index)))
		match_fields_add(fields, field->name, field->text, field->length);
}

void field_test_collect(const struct field_test *test, struct matcher *matcher, GPtrArray *fields)
{
	if (test->kind == TEST_PRESENT || (test->negated && test->folded))
		collect_whole(test, matcher, fields);
	for (guint i = 0; !test->negated && i < test->patterns->len; i++)
		collect_pattern(test, g_ptr_array_index(test->patterns, i), matcher, fields);
}
