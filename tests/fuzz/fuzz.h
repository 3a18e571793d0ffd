/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_FUZZ_H
#define WH_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * FUZZ_TARGET(const uint8_t *data, size_t size) { … return 0; } is what a target defines. For
 * libFuzzer (make fuzz) it is that program's entry; else a row of tests/fuzz/replay.
 */
#ifdef WH_LIBFUZZER
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#define FUZZ_TARGET int LLVMFuzzerTestOneInput
#else
struct fuzz_target {
	const char *file;
	int (*run)(const uint8_t *data, size_t size);
	struct fuzz_target *next;
};

/* Called before main(), for every target. Borrows it. */
void fuzz_target_add(struct fuzz_target *target);

#define FUZZ_TARGET                                                                                \
	static int run_target(const uint8_t *, size_t);                                            \
	static void __attribute__((constructor)) add_target(void)                                  \
	{                                                                                          \
		static struct fuzz_target target = {__FILE__, run_target, NULL};                   \
                                                                                                   \
		fuzz_target_add(&target);                                                          \
	}                                                                                          \
	static int run_target
#endif

#endif
