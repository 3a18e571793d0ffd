/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_CMOCKA_TEST_H
#define WH_TESTS_CMOCKA_TEST_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/*
 * All unit tests are one program, tests/unit/runner: linking one for each file takes longer than
 * running it. A file's tests are a group; TEST_GROUP(void) { … } stands where its main() would,
 * and returns how many tests failed.
 */
struct test_group {
	const char *file;
	int (*run)(void);
	struct test_group *next;
};

/* Called before main(), for every file that has a TEST_GROUP. Borrows the group. */
void test_group_add(struct test_group *group);

#define TEST_GROUP(parameters)                                                                     \
	static int run_group(void);                                                                \
	static void __attribute__((constructor)) add_group(void)                                   \
	{                                                                                          \
		static struct test_group group = {__FILE__, run_group, NULL};                      \
                                                                                                   \
		test_group_add(&group);                                                            \
	}                                                                                          \
	static int run_group(parameters)

#endif
