/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_SEVENZIP_KEY_H
#define WH_ARCHIVE_SEVENZIP_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The encryption of 7z: AES-256-CBC, its key from a password and many rounds of SHA-256. */

#define WH_SEVENZIP_BLOCK 16 /* of AES; salt and start vector have at most as many bytes */

struct sevenzip_aes {
	uint8_t power; /* 2^power rounds; 63: no hashing */
	uint8_t salt_size;
	uint8_t salt[WH_SEVENZIP_BLOCK];
	uint8_t vector[WH_SEVENZIP_BLOCK];
};

/* Reads the properties of an AES coder; false when they are damaged or ask for more rounds
 * than the limit. */
bool sevenzip_aes_parse(const uint8_t *properties, size_t size, struct sevenzip_aes *out);

/* A password and the keys made of it so far. */
struct sevenzip_keys;
struct sevenzip_key;

/* NULL when the password is no valid UTF-8, and so none that 7-Zip could have been given. */
struct sevenzip_keys *sevenzip_keys_new(const char *password);
void sevenzip_keys_free(struct sevenzip_keys *keys);

/* The key for `aes`; lives as long as `keys`. NULL beyond the limits of one archive. */
const struct sevenzip_key *sevenzip_keys_get(struct sevenzip_keys *keys,
					     const struct sevenzip_aes *aes);

/* Decrypts whole blocks; `vector` is the cipher block before them, or the start vector, and
 * becomes the last one. `out` may be `data`. */
void sevenzip_decrypt(const struct sevenzip_key *key, uint8_t vector[WH_SEVENZIP_BLOCK],
		      const uint8_t *data, size_t size, uint8_t *out);

#endif
