/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "tests/support/scan_pair.h"

/* The bytes of a log, for subscriptions: the sieve looks for providers and ids, and changes
 * nothing. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	static struct scan_pair *pair;

	if (!pair)
		pair = scan_pair_new(NULL, false);
	scan_pair_compare(pair, data, size);
	return 0;
}
