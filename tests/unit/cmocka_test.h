/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_CMOCKA_TEST_H
#define WH_TESTS_CMOCKA_TEST_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
