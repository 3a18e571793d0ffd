/* SPDX-License-Identifier: Apache-2.0 */
#include "map/dedup.h"

#include <glib.h>
#include <string.h>

#include "base/arena.h"
#include "base/secret_hash.h"
#include "base/text_pool.h"
#include "event/collection.h"
#include "map/export_twins.h"
#include "wmi/fact.h"

/*
 * How it works. What was added before is a duplicate, but for one case: which logs of a host stand
 * in place (wmi/in_place.h) must not depend on whether a copy of them is read before. So an event
 * of a subscription comes again when it stands in a collection, and all that came before stood in
 * none, or in one inside of that. An export's event is held against those of all files besides
 * (map/export_twins.h), and where it has no record id, against its like in the same file: there are
 * as many as the file that has most of them says. A log's event of a subscription comes again after
 * an export's, and is then preferred (wmi/export_copies.h).
 */

struct dedup {
	GHashTable *hashes; /* struct digest, in the arena */
	GHashTable *roots; /* of those that stand in a collection: the hash -> its root */
	struct text_pool texts; /* roots */
	char *path, *entry; /* of the event before */
	char *root; /* of these: see collection_root() */
	struct arena arena;
	struct hash_secret secret;
	struct export_twins *twins;
};

struct dedup *dedup_new(void)
{
	struct dedup *dedup = g_new0(struct dedup, 1);

	hash_secret_init(&dedup->secret);
	dedup->hashes = g_hash_table_new(digest_hash, digest_equal);
	dedup->roots = g_hash_table_new(digest_hash, digest_equal);
	arena_init(&dedup->arena);
	text_pool_init(&dedup->texts, &dedup->arena, &dedup->secret);
	dedup->twins = export_twins_new(&dedup->secret);
	return dedup;
}

void dedup_free(struct dedup *dedup)
{
	g_hash_table_unref(dedup->hashes);
	g_hash_table_unref(dedup->roots);
	text_pool_release(&dedup->texts);
	export_twins_free(dedup->twins);
	g_free(dedup->path);
	g_free(dedup->entry);
	g_free(dedup->root);
	arena_release(&dedup->arena);
	g_free(dedup);
}

static void keep_root(struct dedup *dedup, struct digest *hash, const char *root)
{
	g_hash_table_insert(dedup->roots, hash, (char *)text_pool_keep(&dedup->texts, root));
}

static bool is_further_out(struct dedup *dedup, struct digest *hash, const char *root)
{
	const char *before = g_hash_table_lookup(dedup->roots, hash);

	if (before && (strlen(root) >= strlen(before) || !g_str_has_prefix(before, root)))
		return false;
	keep_root(dedup, hash, root);
	return true;
}

/* Sets apart what is not one event although its bytes are the same. */
static void mark_export(struct dedup *dedup, struct digest *hash, const struct event *event,
			bool is_fact)
{
	if (event->ref.format == EVENT_FORMAT_LOG)
		return;
	hash->high ^= is_fact ? 2 : 0;
	if (!event->ref.has_record_id)
		hash->low += export_twins_count(dedup->twins, event, hash);
}

/* Events of one log come one after another. */
static const char *get_root(struct dedup *dedup, const struct event *event, bool is_fact)
{
	const struct event_ref *ref = &event->ref;

	if (!is_fact || !ref->path || ref->claimed || ref->format != EVENT_FORMAT_LOG)
		return NULL;
	if (g_strcmp0(ref->path, dedup->path) == 0 && g_strcmp0(ref->entry, dedup->entry) == 0)
		return dedup->root;
	g_free(dedup->path);
	g_free(dedup->entry);
	g_free(dedup->root);
	dedup->path = g_strdup(ref->path);
	dedup->entry = g_strdup(ref->entry);
	dedup->root = collection_root(ref);
	return dedup->root;
}

bool dedup_add(struct dedup *dedup, const struct packed_identity *identity,
	       const struct event *event)
{
	struct digest hash = secret_digest(&dedup->secret, identity->data, identity->size);
	bool is_fact = wmi_event_is_wanted(event);
	const char *root = get_root(dedup, event, is_fact);
	struct digest *kept;

	hash.high ^= identity->marked;
	mark_export(dedup, &hash, event, is_fact);
	kept = g_hash_table_lookup(dedup->hashes, &hash);
	if (kept) {
		/* Its twin is taken, too. */
		if (event->ref.format != EVENT_FORMAT_LOG && !event->ref.has_record_id)
			export_twins_add(dedup->twins, event, is_fact);
		return !root || !is_further_out(dedup, kept, root);
	}
	kept = arena_alloc(&dedup->arena, sizeof(hash));
	*kept = hash;
	g_hash_table_add(dedup->hashes, kept);
	if (root)
		keep_root(dedup, kept, root);
	return !identity->marked && export_twins_add(dedup->twins, event, is_fact);
}
