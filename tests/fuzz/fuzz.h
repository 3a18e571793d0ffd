/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_FUZZ_H
#define WH_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What each target defines: libFuzzer calls it, and so does replay.c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
