/* SPDX-License-Identifier: Apache-2.0 */
#include "map/dedup.h"

#include <glib.h>
#include <string.h>
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

/* Quotes inside strings are escaped, so the last such place is the member itself. */
static size_t identity_length(const char *line, size_t length)
{
	static const char member[] = ",\"source\":{";
	const size_t size = sizeof(member) - 1;

	for (size_t at = length; at >= size; at--) {
		const char *found = memrchr(line, ',', at);

		if (!found)
			break;
		at = (size_t)(found - line) + 1;
		if (length - (size_t)(found - line) >= size && memcmp(found, member, size) == 0)
			return (size_t)(found - line);
	}
	return length;
}

/*
 * A record that is hidden in one copy of a log and visible in another must be given as hidden,
 * and values under a false header must not stand for the sound record.
 */
static bool is_marked(const char *line, size_t identity, size_t length)
{
	static const char *const marks[] = {",\"hidden\":true", ",\"chimera\":true"};

	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (memmem(line + identity, length - identity, marks[i], strlen(marks[i])))
			return true;
	return false;
}

bool dedup_add(struct dedup *dedup, const char *line, size_t length)
{
	size_t identity = identity_length(line, length);
	XXH128_hash_t hash =
		XXH3_128bits_withSecret(line, identity, dedup->secret, sizeof(dedup->secret));
	XXH128_hash_t *kept;

	hash.high64 ^= is_marked(line, identity, length);
	if (g_hash_table_contains(dedup->hashes, &hash))
		return true;
	kept = arena_alloc(&dedup->arena, sizeof(hash));
	*kept = hash;
	g_hash_table_add(dedup->hashes, kept);
	return false;
}
