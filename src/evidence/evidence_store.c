/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/evidence_store.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/order.h"
#include "base/text.h"
#include "base/text_pool.h"
#include "event/event_times.h"
#include "evidence/evidence_id.h"
#include "sigma/match.h"

/*
 * How it works. A digest of all in an event that does not change from repeat to repeat is its
 * content; evidence of one level and content is kept once, with a count, the earliest repeat, the
 * last time and the first few times. All is in a tree, sorted by level and content. When it takes
 * more than it may, the last in that order goes, and from then on nothing from its
 * place on is taken: so what is left depends on what came, not on the order.
 */

/* Of the structs around the texts, with room to spare. */
#define EVIDENCE_OVERHEAD (1024 + WH_MAX_EVIDENCE_TIMES * sizeof(struct evidence_repeat))

/*
 * Ordered by level and digest, so that what is kept when room is short is a matter of
 * content: the highest levels, and of one level an arbitrary choice that is always the same.
 */
struct shelf {
	GTree *tree; /* struct evidence -> the same, borrowed */
	char *last_content; /* nothing from here on is taken any more; NULL while there was room */
	int last_level;
	uint64_t size;
	uint64_t most;
};

/* What is kept stands on two shelves, that of its host and that of all: a noisy host takes no room
 * from others, as long as there is any. */
struct evidence_store {
	struct shelf all;
	GHashTable *hosts; /* folded name -> struct shelf */
	struct hash_secret secret;
	struct arena arena;
	struct text_pool texts; /* where repeats were read */
	uint64_t dropped;
};

static int compare_keys(int level, const char *content, int other_level, const char *other_content)
{
	if (level != other_level)
		return level > other_level ? -1 : 1;
	return strcmp(content, other_content);
}

static int compare_nodes(gconstpointer a, gconstpointer b, gpointer unused)
{
	const struct evidence *one = a, *other = b;

	(void)unused;
	return compare_keys(matches_level(one->matches), one->content,
			    matches_level(other->matches), other->content);
}

static void shelf_init(struct shelf *shelf, uint64_t most)
{
	*shelf = (struct shelf){.tree = g_tree_new_full(compare_nodes, NULL, NULL, NULL),
				.most = most};
}

static void shelf_release(struct shelf *shelf)
{
	g_tree_unref(shelf->tree);
	g_free(shelf->last_content);
}

static void shelf_free(gpointer data)
{
	shelf_release(data);
	g_free(data);
}

struct evidence_store *evidence_store_new(uint64_t memory)
{
	struct evidence_store *store = g_new0(struct evidence_store, 1);

	shelf_init(&store->all, memory);
	store->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, shelf_free);
	hash_secret_init(&store->secret);
	arena_init(&store->arena);
	text_pool_init(&store->texts, &store->arena, &store->secret);
	return store;
}

static struct shelf *get_host_shelf(struct evidence_store *store, const char *host)
{
	g_autofree char *name = text_fold(host ? host : "");
	struct shelf *shelf = g_hash_table_lookup(store->hosts, name);

	if (shelf)
		return shelf;
	shelf = g_new(struct shelf, 1);
	shelf_init(shelf, store->all.most / 4);
	g_hash_table_insert(store->hosts, g_steal_pointer(&name), shelf);
	return shelf;
}

static gboolean free_node(gpointer key, gpointer value, gpointer unused)
{
	(void)key, (void)unused;
	evidence_free(value);
	return FALSE;
}

void evidence_store_free(struct evidence_store *store)
{
	if (!store)
		return;
	g_tree_foreach(store->all.tree, free_node, NULL);
	shelf_release(&store->all);
	g_hash_table_unref(store->hosts);
	text_pool_release(&store->texts);
	arena_release(&store->arena);
	g_free(store);
}

static void add_text(GChecksum *sum, const char *text)
{
	g_checksum_update(sum, (const guchar *)(text ? text : "\xFF"),
			  text ? (gssize)strlen(text) + 1 : 1);
}

static char *digest_content(const struct evidence *evidence)
{
	const struct event *event = &evidence->event;
	g_autofree char *host = event->host ? text_fold(event->host) : NULL;
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	char *digest;

	add_text(sum, host);
	add_text(sum, event->ref.channel);
	add_text(sum, event->provider);
	g_checksum_update(sum, (const guchar *)&event->ref.event_id, sizeof(event->ref.event_id));
	add_text(sum, event->data_type);
	/* A process id that comes again may be another process, of another boot. */
	if (evidence->traits->flags & STANDS_ALONE) {
		g_checksum_update(sum, (const guchar *)&event->process_id,
				  sizeof(event->process_id));
		g_checksum_update(sum, (const guchar *)&event->ref.time, sizeof(event->ref.time));
	}
	for (guint i = 0; i < event->fields->len; i++) {
		const struct event_field *field =
			&g_array_index(event->fields, struct event_field, i);

		add_text(sum, field->name);
		if (!evidence_field_is_passing(evidence, field->name))
			add_text(sum, field->value);
	}
	digest = g_strdup(g_checksum_get_string(sum));
	g_checksum_free(sum);
	return digest;
}

/* Of content alone, so that it is the same whichever repeat came first. */
static size_t size_of(const struct evidence *evidence)
{
	size_t size = EVIDENCE_OVERHEAD;

	for (guint i = 0; i < evidence->event.fields->len; i++) {
		const struct event_field *field =
			&g_array_index(evidence->event.fields, struct event_field, i);

		size += sizeof(*field) + strlen(field->name);
		if (!evidence_field_is_passing(evidence, field->name))
			size += 2 * strlen(field->value);
	}
	return size;
}

static bool is_before(const struct evidence_repeat *one, const struct evidence_repeat *other)
{
	return event_ref_compare(&one->ref, &other->ref) < 0;
}

/* Keeps the earliest few and the latest, sorted; of those of one time the first. */
static void add_repeat(GArray *repeats, const struct evidence_repeat *repeat)
{
	struct evidence_repeat *known = NULL;
	guint at = repeats->len;

	while (at > 0) {
		known = &g_array_index(repeats, struct evidence_repeat, at - 1);
		if (known->ref.time <= repeat->ref.time)
			break;
		at--;
	}
	if (at > 0 && known->ref.time == repeat->ref.time) {
		if (is_before(repeat, known))
			*known = *repeat;
		return;
	}
	g_array_insert_vals(repeats, at, repeat, 1);
	if (repeats->len > WH_MAX_EVIDENCE_TIMES + 1)
		g_array_remove_index(repeats, WH_MAX_EVIDENCE_TIMES);
}

/* The texts of the evidence go with it, so the store keeps these. */
static void note_repeat(struct evidence_store *store, GArray *repeats,
			const struct evidence *evidence)
{
	struct evidence_repeat repeat = {evidence->event.ref, evidence->process_id,
					 evidence->has_process_id};

	repeat.ref.channel = text_pool_keep(&store->texts, repeat.ref.channel);
	repeat.ref.path = text_pool_keep(&store->texts, repeat.ref.path);
	repeat.ref.entry = text_pool_keep(&store->texts, repeat.ref.entry);
	repeat.ref.via = text_pool_keep(&store->texts, repeat.ref.via);
	add_repeat(repeats, &repeat);
}

/* Where paths have taken too much memory, repeats of them are counted and no more. */
static bool is_full(const struct evidence_store *store)
{
	return store->texts.size > store->all.most / 8;
}

static void note_again(struct evidence_store *store, struct evidence *known,
		       const struct evidence *again)
{
	if (is_full(store))
		return;
	if (!known->repeats) {
		known->repeats = g_array_new(FALSE, FALSE, sizeof(struct evidence_repeat));
		note_repeat(store, known->repeats, known);
	}
	note_repeat(store, known->repeats, again);
}

/* What an export gave of the record, too. Contents are equal: without a record id that must do. */
static bool is_export_of(const struct event_ref *copy, const struct event_ref *logged)
{
	struct event_time copied = event_time_of(copy), time = event_time_of(logged);

	return copy->format != EVENT_FORMAT_LOG && logged->format == EVENT_FORMAT_LOG &&
	       copy->event_id == logged->event_id &&
	       (!copy->has_record_id || copy->record_id == logged->record_id) &&
	       event_times_agree(&copied, &time);
}

/* Takes an export's copy of the event out of the repeats; true when there was one, which need be
 * no repeat. */
static bool drop_export(struct evidence *known, const struct event_ref *logged)
{
	GArray *repeats = known->repeats;

	if (!repeats)
		return is_export_of(&known->event.ref, logged);
	for (guint i = 0; i < repeats->len; i++) {
		if (!is_export_of(&g_array_index(repeats, struct evidence_repeat, i).ref, logged))
			continue;
		g_array_remove_index(repeats, i);
		return true;
	}
	return false;
}

/* Adds what `again` says to `known`, or what a log says in the place of an export. True when it
 * must take the place of `known`: it is the earlier of the two, or its log's. */
static bool merge(struct evidence_store *store, struct evidence *known, struct evidence *again)
{
	bool is_logged = !is_full(store) && drop_export(known, &again->event.ref);
	bool is_first = event_ref_compare(&again->event.ref, &known->event.ref) < 0 ||
			(is_logged && is_export_of(&known->event.ref, &again->event.ref));
	unsigned count = known->count + (known->count < UINT_MAX && !is_logged);
	struct evidence *kept = is_first ? again : known;
	uint64_t last = is_logged && !known->repeats ? 0 : known->last;

	if (!is_logged || known->repeats)
		note_again(store, known, again);
	if (is_first)
		again->repeats = g_steal_pointer(&known->repeats);
	kept->last = MAX(last, again->last);
	kept->count = count;
	return is_first;
}

static void shelf_add(struct shelf *shelf, struct evidence *evidence)
{
	g_tree_insert(shelf->tree, evidence, evidence);
	shelf->size += size_of(evidence);
}

static void shelf_remove(struct shelf *shelf, struct evidence *evidence)
{
	shelf->size -= size_of(evidence);
	g_tree_remove(shelf->tree, evidence);
}

/* Takes the last of a full shelf from both. */
static void drop_last(struct evidence_store *store, struct shelf *full)
{
	struct evidence *last = g_tree_node_key(g_tree_node_last(full->tree));

	g_free(full->last_content);
	full->last_content = g_strdup(last->content);
	full->last_level = matches_level(last->matches);
	store->dropped += last->count;
	shelf_remove(get_host_shelf(store, last->event.host), last);
	shelf_remove(&store->all, last);
	evidence_free(last);
}

static bool has_room(const struct shelf *shelf, const struct evidence *evidence)
{
	return !shelf->last_content ||
	       compare_keys(matches_level(evidence->matches), evidence->content, shelf->last_level,
			    shelf->last_content) < 0;
}

/* Puts the earlier one in the place of what is equal to it. */
static void replace(struct evidence_store *store, struct shelf *host, struct evidence *known,
		    struct evidence *earlier)
{
	g_tree_replace(host->tree, earlier, earlier);
	g_tree_replace(store->all.tree, earlier, earlier);
	evidence_free(known);
}

void evidence_store_add(struct evidence_store *store, struct evidence *evidence)
{
	struct shelf *host = get_host_shelf(store, evidence->event.host);
	struct evidence *known;

	evidence->content = digest_content(evidence);
	if (!has_room(host, evidence) || !has_room(&store->all, evidence)) {
		store->dropped++;
		evidence_free(evidence);
		return;
	}
	known = g_tree_lookup(store->all.tree, evidence);
	if (known) {
		if (merge(store, known, evidence))
			replace(store, host, known, evidence);
		else
			evidence_free(evidence);
		return;
	}
	shelf_add(host, evidence);
	shelf_add(&store->all, evidence);
	while (host->size > host->most)
		drop_last(store, host);
	while (store->all.size > store->all.most)
		drop_last(store, &store->all);
}

uint64_t evidence_store_count_dropped(const struct evidence_store *store)
{
	return store->dropped;
}

static int compare_times(gconstpointer a, gconstpointer b)
{
	const struct evidence *one = *(struct evidence *const *)a;
	const struct evidence *other = *(struct evidence *const *)b;
	int order = event_ref_compare(&one->event.ref, &other->event.ref);

	order = order ? order : strcmp(one->content, other->content);
	return order ? order
		     : compare_numbers((unsigned)matches_level(one->matches) + 1,
				       (unsigned)matches_level(other->matches) + 1);
}

static int compare_hosts(gconstpointer a, gconstpointer b)
{
	const struct evidence *one = *(struct evidence *const *)a;
	const struct evidence *other = *(struct evidence *const *)b;
	g_autofree char *host = NULL;
	g_autofree char *other_host = NULL;
	int order = g_strcmp0(one->event.host, other->event.host);

	if (order && one->event.host && other->event.host) {
		host = text_fold(one->event.host);
		other_host = text_fold(other->event.host);
		order = strcmp(host, other_host);
	}
	return order ? order : compare_times(a, b);
}

static gboolean add_to_list(gpointer key, gpointer value, gpointer list)
{
	(void)value;
	g_ptr_array_add(list, key);
	return FALSE;
}

GPtrArray *evidence_store_list(const struct evidence_store *store)
{
	GPtrArray *list = g_ptr_array_new();

	g_tree_foreach(store->all.tree, add_to_list, list);
	g_ptr_array_sort(list, compare_times);
	return list;
}

GPtrArray *evidence_store_report(const struct evidence_store *store)
{
	g_autoptr(GPtrArray) all = evidence_store_list(store);
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < all->len; i++) {
		struct evidence *evidence = all->pdata[i];

		if (evidence->matches->len > 0 || evidence->links)
			g_ptr_array_add(list, evidence);
	}
	g_ptr_array_sort(list, compare_hosts);
	return list;
}
