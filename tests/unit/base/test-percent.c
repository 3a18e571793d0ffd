/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "base/percent.h"
#include "tests/unit/cmocka_test.h"

static void assert_decoded(const char *name, const char *expected)
{
	g_autofree char *decoded = percent_decoded(name);

	if (expected)
		assert_string_equal(decoded, expected);
	else
		assert_null(decoded);
}

static void test_collectors_names(void **state)
{
	(void)state;
	assert_decoded("uploads/auto/C%3A/Windows/a.evtx", "uploads/auto/C:/Windows/a.evtx");
	assert_decoded("Sysmon%254Operational.evtx", "Sysmon%4Operational.evtx");
	assert_decoded("%C3%A4.evtx", "\xC3\xA4.evtx");
}

static void test_names_that_are_not_encoded(void **state)
{
	(void)state;
	assert_decoded("System.evtx", NULL);
	assert_decoded("Sysmon%4Operational.evtx", NULL);
	assert_decoded("Kernel-PnP%4Admin.evtx", NULL);
	assert_decoded("cut%2", NULL);
	assert_decoded("cut%", NULL);
	assert_decoded("%FF.evtx", NULL);
	assert_decoded("a%00b", NULL);
	assert_decoded("C%3A/Kernel%4Admin", NULL);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_collectors_names),
		cmocka_unit_test(test_names_that_are_not_encoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
