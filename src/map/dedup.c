/* SPDX-License-Identifier: Apache-2.0 */
#include "map/dedup.h"

#include <glib.h>
#include <sys/random.h>
#include <xxhash.h>

#include "base/arena.h"

struct dedup {
	GHashTable *hashes; /* XXH128_hash_t, in the arena */
	struct arena arena;
	uint8_t secret[XXH3_SECRET_SIZE_MIN];
};

static guint hash_bucket(gconstpointer key)
{
	return (guint)((const XXH128_hash_t *)key)->low64;
}

static gboolean hash_equal(gconstpointer a, gconstpointer b)
{
	return XXH128_isEqual(*(const XXH128_hash_t *)a, *(const XXH128_hash_t *)b) != 0;
}

struct dedup *dedup_new(void)
{
	struct dedup *dedup = g_new0(struct dedup, 1);

	if (getrandom(dedup->secret, sizeof(dedup->secret), 0) != sizeof(dedup->secret))
		g_error("the kernel gives no random bytes");
	dedup->hashes = g_hash_table_new(hash_bucket, hash_equal);
	arena_init(&dedup->arena);
	return dedup;
}

void dedup_free(struct dedup *dedup)
{
	g_hash_table_unref(dedup->hashes);
	arena_release(&dedup->arena);
	g_free(dedup);
}

bool dedup_add(struct dedup *dedup, const struct packed_identity *identity)
{
	XXH128_hash_t hash = XXH3_128bits_withSecret(identity->data, identity->size, dedup->secret,
						     sizeof(dedup->secret));
	XXH128_hash_t *kept;

	hash.high64 ^= identity->marked;
	if (g_hash_table_contains(dedup->hashes, &hash))
		return true;
	kept = arena_alloc(&dedup->arena, sizeof(hash));
	*kept = hash;
	g_hash_table_add(dedup->hashes, kept);
	return false;
}
