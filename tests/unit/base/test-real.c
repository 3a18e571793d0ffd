/* SPDX-License-Identifier: Apache-2.0 */
#include "base/real.h"

#include <string.h>

#include "tests/unit/cmocka_test.h"

static void writes_single(float value, const char *expected)
{
	uint8_t data[4];
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	memcpy(data, &value, sizeof(data));
	real_format(data, sizeof(data), text);
	assert_string_equal(text, expected);
}

static void writes_double(double value, const char *expected)
{
	uint8_t data[8];
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	memcpy(data, &value, sizeof(data));
	assert_true(real_format(data, sizeof(data), text) == value || value != value);
	assert_string_equal(text, expected);
}

/* Six at least, as C writes them. */
static void writes_the_fewest_digits(void **state)
{
	(void)state;
	writes_single(0.1F, "0.1");
	writes_single(16777216.0F, "16777216");
	writes_double(0.1, "0.1");
	writes_double(-1.25E-7, "-1.25e-07");
	writes_double(0.1 + 0.2, "0.30000000000000004");
	writes_double(5e-324, "4.94066e-324");
	writes_double(9007199254740993.0, "9007199254740992");
}

static void writes_what_is_no_number(void **state)
{
	(void)state;
	writes_double(G_MAXDOUBLE * 10, "inf");
	writes_double(-G_MAXDOUBLE * 10, "-inf");
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_fewest_digits),
		cmocka_unit_test(writes_what_is_no_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
