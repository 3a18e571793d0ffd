/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "tests/support/scan_pair.h"

/*
 * Any bytes, from which chunks are carved, and older records from what their live ones leave. The
 * sieve must change nothing of what comes out.
 */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	static struct scan_pair *pair;

	if (!pair)
		pair = scan_pair_new(NULL, true);
	scan_pair_compare(pair, data, size);
	return 0;
}
