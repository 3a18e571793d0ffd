/* SPDX-License-Identifier: Apache-2.0 */
#include "map/dedup.h"

#include <glib.h>
#include <string.h>

#include "base/arena.h"
#include "base/secret_hash.h"

struct dedup {
	GHashTable *hashes; /* struct digest, in the arena */
	struct arena arena;
	struct hash_secret secret;
};

struct dedup *dedup_new(void)
{
	struct dedup *dedup = g_new0(struct dedup, 1);

	hash_secret_init(&dedup->secret);
	dedup->hashes = g_hash_table_new(digest_hash, digest_equal);
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
	struct digest hash = secret_digest(&dedup->secret, line, identity);
	struct digest *kept;

	hash.high ^= is_marked(line, identity, length);
	if (g_hash_table_contains(dedup->hashes, &hash))
		return true;
	kept = arena_alloc(&dedup->arena, sizeof(hash));
	*kept = hash;
	g_hash_table_add(dedup->hashes, kept);
	return false;
}
