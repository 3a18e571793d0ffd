/* SPDX-License-Identifier: Apache-2.0 */
#include "base/byte_set.h"

/* Texts are mostly ASCII: two halves of it in registers. */
void byte_set_add_text(struct byte_set *set, const char *text, size_t length)
{
	uint64_t low = 0, high = 0;

	for (size_t i = 0; i < length; i++) {
		uint8_t byte = (uint8_t)text[i];
		uint64_t bit = 1ull << byte % 64;

		low |= byte < 64 ? bit : 0;
		high |= byte >= 64 && byte < 128 ? bit : 0;
		if (byte >= 128)
			set->bits[byte / 64] |= bit;
	}
	set->bits[0] |= low;
	set->bits[1] |= high;
}
