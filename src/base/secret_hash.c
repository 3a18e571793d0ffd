/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret_hash.h"

#include <glib.h>
#include <sys/random.h>
/* Its header holds it all; libraries that are linked statically bring other copies of it. */
#define XXH_INLINE_ALL
#include <xxhash.h>

G_STATIC_ASSERT(sizeof(((struct hash_secret *)0)->bytes) >= XXH3_SECRET_SIZE_MIN);

void hash_secret_init(struct hash_secret *secret)
{
	if (getrandom(secret->bytes, sizeof(secret->bytes), 0) != sizeof(secret->bytes))
		g_error("the kernel gives no random bytes");
}

uint64_t secret_hash(const struct hash_secret *secret, const void *data, size_t size)
{
	return XXH3_64bits_withSecret(data, size, secret->bytes, sizeof(secret->bytes));
}

struct digest secret_digest(const struct hash_secret *secret, const void *data, size_t size)
{
	XXH128_hash_t hash =
		XXH3_128bits_withSecret(data, size, secret->bytes, sizeof(secret->bytes));

	return (struct digest){hash.low64, hash.high64};
}

unsigned digest_hash(const void *key)
{
	return (unsigned)((const struct digest *)key)->low;
}

int digest_equal(const void *a, const void *b)
{
	const struct digest *one = a, *other = b;

	return one->low == other->low && one->high == other->high;
}
