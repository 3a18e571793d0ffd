/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_SECRET_HASH_H
#define WH_BASE_SECRET_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Hashes that differ from run to run: no log can be written that makes tables of them slow, or two
 * contents one. So nothing that is printed may depend on them.
 */
struct hash_secret {
	uint8_t bytes[192];
};

/* 128 bits: equal for equal contents, and for no others that anybody could find. */
struct digest {
	uint64_t low;
	uint64_t high;
};

/* Random bytes of the kernel. */
void hash_secret_init(struct hash_secret *secret);

uint64_t secret_hash(const struct hash_secret *secret, const void *data, size_t size);
struct digest secret_digest(const struct hash_secret *secret, const void *data, size_t size);

/* Of struct digest, for a GHashTable; the key may be a struct that begins with one. */
unsigned digest_hash(const void *key);
int digest_equal(const void *a, const void *b);

#endif
