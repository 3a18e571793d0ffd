/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_FIELD_TEST_H
#define WH_SIGMA_FIELD_TEST_H

#include <glib.h>
#include <stdbool.h>

#include "sigma/lint.h"
#include "sigma/log_source.h"
#include "sigma/modifier.h"
#include "sigma/regex.h"
#include "sigma/fields.h"
#include "sigma/yaml.h"

enum test_kind {
	TEST_PATTERN,
	TEST_REFERENCE,
	TEST_PRESENT,
	TEST_ABSENT,
};

/* What a rule demands of one field, or, as a keyword, of any. */
struct field_test {
	enum test_kind kind;
	char *folded; /* the field's name, NULL for keywords */
	bool all; /* every pattern, not any */
	bool or_absent; /* a field that is not there will do, too: null in the list */
	bool negated; /* holds where it otherwise does not */
	bool beyond_ascii; /* no text of ASCII alone meets any of its patterns */
	bool cased; /* of references, as the next */
	enum comparison comparison;
	GPtrArray *patterns; /* struct pattern, or char *: folded names of fields */
};

/* One round of matching. */
struct matcher {
	const struct field_list *subject;
	struct regex_runner *runner;
	bool gave_up; /* a regex hit its limit */
};

/* Reads "Field|modifier: value"; without a field before the bar, keywords. */
struct field_test *field_test_load(const struct yaml_node *key, const struct yaml_node *value,
				   const struct log_source *source, struct lint *lint);

/* Reads a value that stands without any key: a keyword. */
struct field_test *field_test_load_keyword(const struct yaml_node *value, struct lint *lint);

void field_test_free(struct field_test *test);

/* Makes its patterns ready: see pattern_prepare(). */
void field_test_prepare(const struct field_test *test);

bool field_test_holds(const struct field_test *test, struct matcher *matcher);

/* Adds to `fields` (struct match_field) what made the test hold. */
void field_test_collect(const struct field_test *test, struct matcher *matcher, GPtrArray *fields);

#endif
