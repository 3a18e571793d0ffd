/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include <glib.h>
#include <nettle/sha2.h>

char *sha256_hex(const void *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[SHA256_DIGEST_SIZE];
	char *hex = g_malloc(2 * SHA256_DIGEST_SIZE + 1), *at = hex;
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, size, data);
	sha256_digest(&context, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		*at++ = digits[digest[i] >> 4];
		*at++ = digits[digest[i] & 15];
	}
	*at = '\0';
	return hex;
}
