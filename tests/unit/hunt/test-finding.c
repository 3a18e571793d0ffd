/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/finding.h"
#include "tests/unit/cmocka_test.h"

/* Of a finding with matches of those levels, the highest first. */
static int level_of(enum finding_kind kind, const enum rule_level *levels, size_t count)
{
	struct finding finding = {.kind = kind, .matches = matches_new()};
	int level;

	for (size_t i = 0; i < count; i++) {
		struct match *match = g_new0(struct match, 1);

		match->level = levels[i];
		match->fields = match_fields_new();
		g_ptr_array_add(finding.matches, match);
	}
	level = finding_level(&finding);
	finding_release(&finding);
	return level;
}

static void medium_rules_that_meet_are_high(void **state)
{
	static const enum rule_level mediums[] = {LEVEL_MEDIUM, LEVEL_MEDIUM, LEVEL_MEDIUM,
						  LEVEL_LOW};
	static const enum rule_level mixed[] = {LEVEL_MEDIUM, LEVEL_MEDIUM, LEVEL_LOW, LEVEL_LOW};
	static const enum rule_level lows[] = {LEVEL_LOW, LEVEL_LOW, LEVEL_LOW, LEVEL_LOW};

	(void)state;
	assert_int_equal(level_of(FINDING_SUBSCRIPTION, mediums, 4), LEVEL_HIGH);
	assert_int_equal(level_of(FINDING_SUBSCRIPTION, mixed, 4), LEVEL_MEDIUM);
	assert_int_equal(level_of(FINDING_SUBSCRIPTION, lows, 4), LEVEL_LOW);
	assert_int_equal(level_of(FINDING_SUBSCRIPTION, NULL, 0), -1);
	/* Of an event's rules many may say one and the same. */
	assert_int_equal(level_of(FINDING_EVIDENCE, mediums, 4), LEVEL_MEDIUM);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(medium_rules_that_meet_are_high),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
