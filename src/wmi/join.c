/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/join.h"

#include "base/limits.h"
#include "wmi/digest.h"
#include "wmi/draft.h"
#include "wmi/lifecycle.h"

struct joiner {
	GHashTable *parts; /* key -> struct part */
	GHashTable *hosts; /* folded name's digest -> struct host */
	GPtrArray *clock_steps; /* struct clock_step */
};

/* The parts that tell of one filter, or of one consumer, alone: all its contents. */
struct location {
	GPtrArray *parts;
	guint entries;
	guint groups; /* bindings that use it */
	const struct entry *latest; /* that says it exists, and with what content */
};

/* The parts that tell of one binding, with or without its ends. */
struct group {
	GPtrArray *parts;
	struct location
		*places[SIDE_BINDING]; /* borrowed; NULL when nothing told of that end alone */
};

/* How parts hang together, made when all are there. */
struct joins {
	GHashTable *groups; /* digest of names -> struct group */
	GHashTable *places[SIDE_BINDING]; /* likewise -> struct location */
};

static void host_free(struct host *host)
{
	g_free(host->spelling);
	g_free(host);
}

struct joiner *joiner_new(void)
{
	struct joiner *joiner = g_new0(struct joiner, 1);

	joiner->parts =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)part_free);
	joiner->hosts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)host_free);
	joiner->clock_steps = g_ptr_array_new_with_free_func((GDestroyNotify)clock_step_free);
	return joiner;
}

void joiner_free(struct joiner *joiner)
{
	if (!joiner)
		return;
	g_hash_table_unref(joiner->parts);
	g_hash_table_unref(joiner->hosts);
	g_ptr_array_unref(joiner->clock_steps);
	g_free(joiner);
}

/* Finds or makes the host, and keeps the spelling of the earliest event. */
static const struct host *note_host(struct joiner *joiner, const struct event *event)
{
	g_autofree char *key = names_digest(&event->host, 1);
	struct host *host = g_hash_table_lookup(joiner->hosts, key);

	if (!host) {
		host = g_new0(struct host, 1);
		host->time = event->time;
		host->spelling = g_strdup(event->host);
		g_hash_table_insert(joiner->hosts, g_steal_pointer(&key), host);
	} else if (event->time < host->time ||
		   (event->time == host->time && g_strcmp0(event->host, host->spelling) < 0)) {
		host->time = event->time;
		g_free(host->spelling);
		host->spelling = g_strdup(event->host);
	}
	return host;
}

void joiner_add(struct joiner *joiner, const struct event *event, const struct wmi_fact *fact)
{
	g_autofree char *key = part_key(event, fact);
	const struct host *host = note_host(joiner, event);
	struct part *part = g_hash_table_lookup(joiner->parts, key);

	if (!part) {
		part = part_new(g_steal_pointer(&key), host, fact);
		g_hash_table_insert(joiner->parts, part->key, part);
	}
	part_add(part, event, fact);
}

static void place_free(struct location *place)
{
	g_ptr_array_unref(place->parts);
	g_free(place);
}

static void group_free(struct group *group)
{
	g_ptr_array_unref(group->parts);
	g_free(group);
}

static void joins_init(struct joins *joins)
{
	joins->groups =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)group_free);
	for (int side = 0; side < SIDE_BINDING; side++)
		joins->places[side] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
							    (GDestroyNotify)place_free);
}

static void joins_release(struct joins *joins)
{
	for (int side = 0; side < SIDE_BINDING; side++)
		g_hash_table_unref(joins->places[side]);
	g_hash_table_unref(joins->groups);
}

/* Where a filter or consumer lives; NULL when the part has no name to go by. */
static char *place_key(const struct part *part, int side)
{
	bool is_filter = side == SIDE_FILTER;
	const char *name = is_filter ? part->filter->name : part->consumer->name;
	const char *names[] = {part->host->spelling, part->namespace,
			       is_filter ? NULL : part->consumer->class_name, name};

	return name ? names_digest(names, G_N_ELEMENTS(names)) : NULL;
}

/* A part that lacks a name goes by its own key: two unknowns are not the same. */
static char *group_key(const struct part *part)
{
	const char *filter = part->filter->name;
	const char *consumer = part->consumer->name;
	const char *names[] = {
		part->host->spelling,	    part->namespace, filter,
		part->consumer->class_name, consumer,	     filter && consumer ? NULL : part->key};

	return names_digest(names, G_N_ELEMENTS(names));
}

static void note_latest(struct location *place, const struct part *part)
{
	for (guint i = 0; i < part->entries->len; i++) {
		const struct entry *entry = part->entries->pdata[i];

		if (entry->sighting->operation != WMI_DELETED &&
		    (!place->latest || entry_compare(&entry, &place->latest) > 0))
			place->latest = entry;
	}
}

static void add_to_place(struct joins *joins, struct part *part, int side)
{
	g_autofree char *key = place_key(part, side);
	struct location *place = key ? g_hash_table_lookup(joins->places[side], key) : NULL;

	if (!key)
		return;
	if (!place) {
		place = g_new0(struct location, 1);
		place->parts = g_ptr_array_new();
		g_hash_table_insert(joins->places[side], g_steal_pointer(&key), place);
	}
	g_ptr_array_add(place->parts, part);
	place->entries += part->entries->len;
	note_latest(place, part);
}

static void add_to_group(struct joins *joins, struct part *part)
{
	g_autofree char *key = group_key(part);
	struct group *group = g_hash_table_lookup(joins->groups, key);

	if (!group) {
		group = g_new0(struct group, 1);
		group->parts = g_ptr_array_new();
		g_hash_table_insert(joins->groups, g_steal_pointer(&key), group);
	}
	g_ptr_array_add(group->parts, part);
}

static void add_to_joins(struct joins *joins, struct part *part)
{
	if (part->parts & WMI_PART_BINDING)
		add_to_group(joins, part);
	else
		add_to_place(joins, part,
			     part->parts & WMI_PART_FILTER ? SIDE_FILTER : SIDE_CONSUMER);
}

/* Finds the places of the group's ends; its parts are of one name, so any of them tells. */
static void link_group(struct joins *joins, struct group *group)
{
	for (int side = 0; side < SIDE_BINDING; side++) {
		g_autofree char *key = place_key(group->parts->pdata[0], side);
		struct location *place = key ? g_hash_table_lookup(joins->places[side], key) : NULL;

		group->places[side] = place;
		if (!place)
			continue;
		place->groups++;
		for (guint i = 0; i < group->parts->len; i++) {
			const struct part *part = group->parts->pdata[i];

			if (part->core[side])
				note_latest(place, part);
		}
	}
}

static void add_entries(GPtrArray *entries, const struct part *part)
{
	g_ptr_array_extend(entries, part->entries, NULL, NULL);
}

/*
 * A log can be written in which thousands of bindings share a filter that changed
 * thousands of times: there each binding gets only what the filter was last. The
 * other events of such a filter come out as a part without a partner.
 */
static void add_place(GPtrArray *entries, const struct location *place)
{
	bool is_wide =
		place->groups > 1 && (uint64_t)place->entries * place->groups > WH_MAX_FAN_OUT;

	if (is_wide && place->latest && !(place->latest->part->parts & WMI_PART_BINDING))
		g_ptr_array_add(entries, (struct entry *)place->latest);
	for (guint i = 0; !is_wide && i < place->parts->len; i++)
		add_entries(entries, place->parts->pdata[i]);
}

static void play_group(const struct group *group, GPtrArray *drafts)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new();

	for (guint i = 0; i < group->parts->len; i++)
		add_entries(entries, group->parts->pdata[i]);
	for (int side = 0; side < SIDE_BINDING; side++) {
		if (group->places[side])
			add_place(entries, group->places[side]);
	}
	lifecycle_play(entries, drafts);
}

/* The state of a part without a partner; `place` may be NULL. */
static enum wmi_state lone_state(const struct location *place, const struct entry *last, int side)
{
	if (last->sighting->operation == WMI_DELETED)
		return WMI_STATE_DELETED;
	if (last->sighting->operation == WMI_MODIFIED)
		return WMI_STATE_MODIFIED;
	if (place && place->latest && entry_compare(&place->latest, &last) > 0 &&
	    !g_str_equal(place->latest->part->core[side], last->part->core[side]))
		return WMI_STATE_MODIFIED;
	return WMI_STATE_ACTIVE;
}

/* Nothing is dropped: entries of a filter or consumer that joined nowhere stand alone. */
static void add_lone_part(const struct joins *joins, struct part *part, GPtrArray *drafts)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new();
	int side = part->parts & WMI_PART_FILTER ? SIDE_FILTER : SIDE_CONSUMER;
	g_autofree char *key = NULL;
	const struct location *place;

	if (part->parts & WMI_PART_BINDING)
		return;
	for (guint i = 0; i < part->entries->len; i++) {
		struct entry *entry = part->entries->pdata[i];

		if (!entry->joined)
			g_ptr_array_add(entries, entry);
	}
	if (entries->len == 0)
		return;
	key = place_key(part, side);
	place = key ? g_hash_table_lookup(joins->places[side], key) : NULL;
	g_ptr_array_sort(entries, entry_compare);
	g_ptr_array_add(drafts,
			draft_new(entries, side == SIDE_FILTER ? part : NULL,
				  side == SIDE_CONSUMER ? part : NULL,
				  lone_state(place, entries->pdata[entries->len - 1], side)));
}

static GPtrArray *finish(GPtrArray *drafts)
{
	GPtrArray *out = g_ptr_array_new_with_free_func((GDestroyNotify)subscription_free);

	g_ptr_array_sort(drafts, draft_compare);
	for (guint i = 0; i < drafts->len; i++) {
		struct draft *draft = drafts->pdata[i];

		g_ptr_array_add(out, g_steal_pointer(&draft->subscription));
	}
	g_ptr_array_unref(drafts);
	return out;
}

const GPtrArray *joiner_get_clock_steps(const struct joiner *joiner)
{
	return joiner->clock_steps;
}

static void rank_entries(struct joiner *joiner)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, joiner->parts);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		add_entries(entries, value);
	g_ptr_array_set_size(joiner->clock_steps, 0);
	order_entries(entries, joiner->clock_steps);
}

GPtrArray *joiner_take(struct joiner *joiner)
{
	GPtrArray *drafts = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
	struct joins joins;
	GHashTableIter iter;
	gpointer value;

	rank_entries(joiner);
	joins_init(&joins);
	g_hash_table_iter_init(&iter, joiner->parts);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		add_to_joins(&joins, value);
	g_hash_table_iter_init(&iter, joins.groups);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		link_group(&joins, value);
	g_hash_table_iter_init(&iter, joins.groups);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		play_group(value, drafts);
	g_hash_table_iter_init(&iter, joiner->parts);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		add_lone_part(&joins, value, drafts);
	joins_release(&joins);
	g_hash_table_remove_all(joiner->parts);
	g_hash_table_remove_all(joiner->hosts);
	return finish(drafts);
}
