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
	struct field_name name; /* the same */
	char *written; /* of a field of subscriptions: alike for tests that are; else NULL */
	guint number; /* of its answer, see struct matcher; 0: it has none */
	bool all; /* every pattern, not any */
	bool or_absent; /* a field that is not there will do, too: null in the list */
	bool negated; /* holds where it otherwise does not */
	bool beyond_ascii; /* no text of ASCII alone meets any of its patterns */
	bool cased; /* of references, as the next */
	enum comparison comparison;
	GPtrArray *patterns; /* struct pattern, or char *: folded names of fields */
};

/* What is known of a test, for the subject at hand. */
enum test_answer {
	TEST_UNKNOWN,
	TEST_FAILS = 1,
	TEST_HOLDS = 2,
	TEST_GAVE_UP = 4, /* as well: a regex hit its limit */
};

/* One round of matching. */
struct matcher {
	const struct field_list *subject;
	struct regex_runner *runner;
	uint8_t *answers; /* by the test's number, enum test_answer: what was found out; or NULL */
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

/* What a look at the subject's fields gives that runs no regex: TEST_UNKNOWN where that is not
 * enough. */
enum test_answer field_test_guess(const struct field_test *test, const struct field_list *subject);

/* Once for each subject of all tests of one number, where the matcher has answers. */
bool field_test_holds(const struct field_test *test, struct matcher *matcher);

/* Adds to `fields` (struct match_field) what made the test hold. */
void field_test_collect(const struct field_test *test, struct matcher *matcher, GPtrArray *fields);

#endif
