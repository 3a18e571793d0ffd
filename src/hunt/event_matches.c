/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/event_matches.h"

struct event_matches {
	GHashTable *by_record; /* struct event_ref → GPtrArray of struct match */
	GStringChunk *paths; /* each path once, however many records are kept */
};

static guint ref_hash(gconstpointer key)
{
	const struct event_ref *ref = key;
	gint64 time = (gint64)ref->time;
	gint64 offset = (gint64)ref->offset;

	return g_int64_hash(&time) ^ g_int64_hash(&offset) * 31 ^ ref->event_id;
}

/* Event lines of many machines may bring the same path and offset: what the record says
 * of itself tells them apart. */
static gboolean ref_equal(gconstpointer a, gconstpointer b)
{
	const struct event_ref *left = a, *right = b;

	return left->event_id == right->event_id && event_ref_compare(left, right) == 0;
}

struct event_matches *event_matches_new(void)
{
	struct event_matches *matches = g_new0(struct event_matches, 1);

	matches->by_record = g_hash_table_new_full(ref_hash, ref_equal, g_free,
						   (GDestroyNotify)g_ptr_array_unref);
	matches->paths = g_string_chunk_new(4096);
	return matches;
}

void event_matches_free(struct event_matches *matches)
{
	if (!matches)
		return;
	g_hash_table_unref(matches->by_record);
	g_string_chunk_free(matches->paths);
	g_free(matches);
}

static const char *keep(struct event_matches *matches, const char *text)
{
	return text ? g_string_chunk_insert_const(matches->paths, text) : NULL;
}

void event_matches_take(struct event_matches *matches, const struct event *event,
			GPtrArray *of_event)
{
	struct event_ref *ref = g_memdup2(&event->ref, sizeof(event->ref));

	ref->channel = NULL;
	ref->path = keep(matches, event->ref.path);
	ref->entry = keep(matches, event->ref.entry);
	ref->via = keep(matches, event->ref.via);
	g_hash_table_replace(matches->by_record, ref, of_event);
}

const GPtrArray *event_matches_get(const struct event_matches *matches,
				   const struct sighting *sighting)
{
	return g_hash_table_lookup(matches->by_record, &sighting->ref);
}
