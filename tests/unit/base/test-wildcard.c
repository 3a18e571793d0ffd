/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "base/wildcard.h"
#include "tests/unit/cmocka_test.h"

static void names_fit_patterns(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool fits;
	} cases[] = {
		{"security", "Security", true},
		{"Secur", "Security", false},
		{"Security", "Secur", false},
		{"*sysmon*", "Microsoft-Windows-Sysmon/Operational", true},
		{"*sysmon", "Microsoft-Windows-Sysmon/Operational", false},
		{"*/operational", "A/Operational/Operational", true},
		{"*ab*ac", "abacabac", true},
		{"*ab*ac", "abacabab", false},
		{"**", "", true},
		{"", "", true},
		{"", "a", false},
		{"?", "", false},
		{"?", "\xc3\xa4", true}, /* one character of two bytes */
		{"a?c*", "aXc", true},
		{"a?", "a", false},
		{"\xc3\xa4*", "\xc3\xa4x", true},
	};
	g_autofree char *many = g_strnfill(60000, 'a');

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		if (wildcard_fits(cases[i].pattern, cases[i].name) != cases[i].fits)
			fail_msg("%s of %s", cases[i].pattern, cases[i].name);
	/* Would not end if each star was tried at each place. */
	assert_false(wildcard_fits("*a*a*a*a*a*a*a*a*a*a*b", many));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_fit_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
