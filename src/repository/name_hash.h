/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_NAME_HASH_H
#define WH_REPOSITORY_NAME_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Repositories name namespaces, classes and instances by a hash of the upper-cased UTF-16 name:
 * MD5 in Windows XP and 2003 (the rest is 0), SHA-256 later.
 */
struct name_hash {
	uint8_t bytes[32];
};

/* Of a text (base/text.h). */
void name_hash_text(const char *text, bool is_xp, struct name_hash *out);

/* Reads its upper-case digits, `digits` (32 or 64) bytes or UTF-16 units. False for any other. */
bool name_hash_parse(const char *text, size_t digits, struct name_hash *out);
bool name_hash_parse_wide(const uint8_t *data, size_t digits, struct name_hash *out);

/* Its first 64 bits, for tables. */
static inline uint64_t name_hash_short(const struct name_hash *hash)
{
	uint64_t value;

	memcpy(&value, hash->bytes, sizeof(value));
	return value;
}

static inline bool name_hash_equal(const struct name_hash *a, const struct name_hash *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

#endif
