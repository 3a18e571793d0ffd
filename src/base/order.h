/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_ORDER_H
#define WH_BASE_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* -1, 0 or 1, as a comparison for a sort has it. */
static inline int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* The same for two uint64_t, which the arguments point to. */
static inline int compare_uint64(const void *a, const void *b)
{
	return compare_numbers(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* How many of `count` items are below `number`, so also the index of the first that is not; the
 * items are sorted by what `get` gives of each. */
static inline size_t lower_bound(const void *items, size_t count,
				 uint64_t (*get)(const void *items, size_t index), uint64_t number)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;

		if (get(items, middle) < number)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

#endif
