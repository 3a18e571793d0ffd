/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_BYTE_SET_H
#define WH_BASE_BYTE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which of the 256 bytes stand in a text. */
struct byte_set {
	uint64_t bits[4];
};

static inline void byte_set_add(struct byte_set *set, uint8_t byte)
{
	set->bits[byte / 64] |= 1ull << byte % 64;
}

/* Adds those of a text, which may hold NUL. */
void byte_set_add_text(struct byte_set *set, const char *text, size_t length);

/* Adds to each ASCII letter in upper case the one in lower case. */
static inline void byte_set_add_lower(struct byte_set *set)
{
	const uint64_t upper = 0x7FFFFFEull; /* A to Z, which stand in the second 64 */

	set->bits[1] |= (set->bits[1] & upper) << 32;
}

static inline bool byte_set_is_ascii(const struct byte_set *set)
{
	return !(set->bits[2] | set->bits[3]);
}

/* Does it hold all of `other`, or one of it? */
static inline bool byte_set_holds(const struct byte_set *set, const struct byte_set *other)
{
	uint64_t missing = 0;

	for (int i = 0; i < 4; i++)
		missing |= other->bits[i] & ~set->bits[i];
	return !missing;
}

static inline bool byte_set_meets(const struct byte_set *set, const struct byte_set *other)
{
	uint64_t common = 0;

	for (int i = 0; i < 4; i++)
		common |= other->bits[i] & set->bits[i];
	return common;
}

#endif
