/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/event_matches.h"

#include <string.h>

#include "base/secret_hash.h"
#include "base/share.h"
#include "base/text.h"
#include "sigma/match.h"

/* Of an allocation, and of a place in a table. */
#define OVERHEAD 64

struct event_matches {
	GHashTable *by_record; /* struct event_ref → GPtrArray of struct match */
	GStringChunk *paths; /* each path once, however many records are kept */
	GHashTable *hosts; /* digest of the folded name → struct noted_host */
	struct hash_secret secret;
	uint64_t size; /* bytes kept */
};

struct noted_host {
	struct digest key;
	uint64_t size; /* bytes kept */
	bool is_full; /* something was left out */
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
	matches->hosts = g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	hash_secret_init(&matches->secret);
	return matches;
}

void event_matches_free(struct event_matches *matches)
{
	if (!matches)
		return;
	g_hash_table_unref(matches->by_record);
	g_string_chunk_free(matches->paths);
	g_hash_table_unref(matches->hosts);
	g_free(matches);
}

static const char *keep(struct event_matches *matches, const char *text)
{
	return text ? g_string_chunk_insert_const(matches->paths, text) : NULL;
}

static uint64_t length_of(const char *text)
{
	return text ? strlen(text) : 0;
}

/* As if neither path nor host were there yet. */
static uint64_t cost_of(const struct event *event, const GPtrArray *of_event)
{
	uint64_t cost = sizeof(struct event_ref) + sizeof(struct noted_host) + OVERHEAD +
			length_of(event->ref.path) + length_of(event->ref.entry) +
			length_of(event->ref.via);

	for (guint i = 0; i < of_event->len; i++) {
		const struct match *match = of_event->pdata[i];

		cost += sizeof(*match) + OVERHEAD;
		for (guint k = 0; k < match->fields->len; k++) {
			const struct match_field *field = match->fields->pdata[k];

			cost += sizeof(*field) + OVERHEAD + length_of(field->field) +
				length_of(field->text);
		}
	}
	return cost;
}

static struct noted_host *get_host(struct event_matches *matches, const char *name)
{
	g_autofree char *folded = text_fold(name ? name : "");
	struct digest key = secret_digest(&matches->secret, folded, strlen(folded));
	struct noted_host *host = g_hash_table_lookup(matches->hosts, &key);

	if (host)
		return host;
	host = g_new0(struct noted_host, 1);
	host->key = key;
	g_hash_table_add(matches->hosts, host);
	return host;
}

static void report_full(struct noted_host *host, const char *name, const struct fault_sink *faults)
{
	g_autofree char *what = g_strdup_printf(
		"%s: what rules say of further events that report subscriptions is left out",
		name ? name : "a host without a name");
	struct fault fault = {.code = FAULT_LIMIT, .what = what};

	if (!host->is_full && faults)
		fault_report(faults, &fault);
	host->is_full = true;
}

void event_matches_take(struct event_matches *matches, const struct event *event,
			GPtrArray *of_event, const struct fault_sink *faults)
{
	struct noted_host *host = get_host(matches, event->host);
	uint64_t cost = cost_of(event, of_event);
	struct event_ref *ref;

	if (!share_allows(WH_MAX_NOTED_SIZE, matches->size, host->size, cost)) {
		report_full(host, event->host, faults);
		g_ptr_array_unref(of_event);
		return;
	}
	host->size += cost;
	matches->size += cost;
	ref = g_memdup2(&event->ref, sizeof(event->ref));
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
