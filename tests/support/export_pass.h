/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_SUPPORT_EXPORT_PASS_H
#define WH_TESTS_SUPPORT_EXPORT_PASS_H

#include <stddef.h>
#include <stdint.h>

/* Reads bytes as an export, once with the sieve and once without: both must give the same events of
 * subscriptions, and each must come back from its event line. Returns how many there are. */
unsigned export_pass(const uint8_t *data, size_t size);

#endif
