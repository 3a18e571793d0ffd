/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crc32.h"
#include "tests/unit/cmocka_test.h"

static const uint8_t digits[] = "123456789";

static void gives_the_check_value_of_the_polynomial(void **state)
{
	(void)state;
	assert_int_equal(crc32_update(0, digits, 9), 0xcbf43926u);
	assert_int_equal(crc32_update(0, digits, 0), 0);
}

static void goes_on_from_a_part(void **state)
{
	(void)state;
	for (size_t cut = 0; cut <= 9; cut++)
		assert_int_equal(crc32_update(crc32_update(0, digits, cut), digits + cut, 9 - cut),
				 0xcbf43926u);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_check_value_of_the_polynomial),
		cmocka_unit_test(goes_on_from_a_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
