/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/event_matches.h"

struct event_matches {
	GHashTable *by_record; /* struct record → GPtrArray of struct match */
	GStringChunk *paths; /* each path once, however many records are kept */
};

/* Event lines of many machines may bring the same path and offset: what the record says
 * of itself tells them apart. */
struct record {
	struct source source;
	uint64_t time;
	uint64_t record_id;
	uint32_t event_id;
};

static guint record_hash(gconstpointer key)
{
	const struct record *record = key;
	gint64 time = (gint64)record->time;
	gint64 offset = (gint64)record->source.offset;

	return g_int64_hash(&time) ^ g_int64_hash(&offset) * 31 ^ record->event_id;
}

static gboolean record_equal(gconstpointer a, gconstpointer b)
{
	const struct record *left = a, *right = b;

	return left->time == right->time && left->record_id == right->record_id &&
	       left->event_id == right->event_id && left->source.offset == right->source.offset &&
	       g_strcmp0(left->source.path, right->source.path) == 0 &&
	       g_strcmp0(left->source.entry, right->source.entry) == 0;
}

struct event_matches *event_matches_new(void)
{
	struct event_matches *matches = g_new0(struct event_matches, 1);

	matches->by_record = g_hash_table_new_full(record_hash, record_equal, g_free,
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
	struct record *record = g_new0(struct record, 1);

	record->source = event->source;
	record->source.path = keep(matches, event->source.path);
	record->source.entry = keep(matches, event->source.entry);
	record->time = event->time;
	record->record_id = event->record_id;
	record->event_id = event->event_id;
	g_hash_table_replace(matches->by_record, record, of_event);
}

const GPtrArray *event_matches_get(const struct event_matches *matches,
				   const struct sighting *sighting)
{
	const struct record record = {
		.source = sighting->source,
		.time = sighting->time,
		.record_id = sighting->record_id,
		.event_id = sighting->event_id,
	};

	return g_hash_table_lookup(matches->by_record, &record);
}
