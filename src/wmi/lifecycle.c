/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/lifecycle.h"

#include "wmi/draft.h"

#define UNTOLD (-1)
#define ALL_PARTS (WMI_PART_FILTER | WMI_PART_CONSUMER | WMI_PART_BINDING)

/* The content of a filter or a consumer; all NULL while nothing told of it. */
struct half {
	const struct part *part;
	const char *core;
	const char *whole;
};

/* One filter content with one consumer content, under the names of the binding. */
struct version {
	struct half half[SIDE_BINDING];
	const struct entry *last[SIDES]; /* that told of each side; NULL when none did */
	int status[SIDES]; /* enum wmi_operation of the last that told, or UNTOLD */
	int last_operation;
	GPtrArray *entries;
	bool superseded; /* other content took its place */
	bool merged; /* it turned out to be an earlier version again */
};

struct timeline {
	GPtrArray *versions;
	struct version *current;
	int live[SIDES]; /* status as of now */
	GHashTable *by_side[SIDE_BINDING]; /* core -> the latest version with it */
	GHashTable *by_core; /* both cores -> likewise */
	GHashTable *by_whole; /* both wholes -> the version */
};

static void version_free(struct version *version)
{
	g_ptr_array_unref(version->entries);
	g_free(version);
}

static struct half half_of(const struct part *part, int side)
{
	return (struct half){part, part->core[side], part->whole[side]};
}

/* True unless they are known to differ: Sysmon's half of 5861's content fits the whole. */
static bool halves_fit(const struct half *a, const struct half *b)
{
	if (!a->core || !b->core)
		return true;
	if (!g_str_equal(a->core, b->core))
		return false;
	return !a->whole || !b->whole || g_str_equal(a->whole, b->whole);
}

static bool versions_fit(const struct version *a, const struct version *b)
{
	return halves_fit(&a->half[SIDE_FILTER], &b->half[SIDE_FILTER]) &&
	       halves_fit(&a->half[SIDE_CONSUMER], &b->half[SIDE_CONSUMER]);
}

static char *pair_key(const char *filter, const char *consumer)
{
	return g_strconcat(filter, "/", consumer, NULL);
}

static struct version *find_pair(GHashTable *table, const char *filter, const char *consumer)
{
	g_autofree char *key = NULL;

	if (!filter || !consumer)
		return NULL;
	key = pair_key(filter, consumer);
	return g_hash_table_lookup(table, key);
}

static void register_version(struct timeline *timeline, struct version *version)
{
	const struct half *filter = &version->half[SIDE_FILTER];
	const struct half *consumer = &version->half[SIDE_CONSUMER];

	for (int side = 0; side < SIDE_BINDING; side++) {
		if (version->half[side].core)
			g_hash_table_insert(timeline->by_side[side],
					    (char *)version->half[side].core, version);
	}
	if (filter->core && consumer->core)
		g_hash_table_insert(timeline->by_core, pair_key(filter->core, consumer->core),
				    version);
	if (filter->whole && consumer->whole)
		g_hash_table_insert(timeline->by_whole, pair_key(filter->whole, consumer->whole),
				    version);
}

static void adopt(struct version *version, int side, const struct half *half)
{
	struct half *own = &version->half[side];

	if (!own->core || (!own->whole && half->whole))
		*own = *half;
}

static struct version *open_version(struct timeline *timeline)
{
	struct version *version = g_new0(struct version, 1);

	for (int side = 0; side < SIDES; side++)
		version->status[side] = UNTOLD;
	version->entries = g_ptr_array_new();
	g_ptr_array_add(timeline->versions, version);
	return version;
}

/* Takes over from the current version what goes on living beside the side that changed. */
static void inherit(const struct timeline *timeline, struct version *version, int side)
{
	const struct version *from = timeline->current;

	if (!from || !from->last[side] || version->last[side] ||
	    timeline->live[side] == WMI_DELETED)
		return;
	version->last[side] = from->last[side];
	g_ptr_array_add(version->entries, (struct entry *)from->last[side]);
	if (side != SIDE_BINDING)
		adopt(version, side, &from->half[side]);
}

/* Makes `version` the current one; `told` is what the event that brings it tells of. */
static void switch_to(struct timeline *timeline, struct version *version, unsigned told)
{
	if (timeline->current == version)
		return;
	for (int side = 0; side < SIDES; side++) {
		if (!(told & 1u << side))
			inherit(timeline, version, side);
		if (told & 1u << side || !version->last[side])
			timeline->live[side] = UNTOLD;
		version->status[side] = timeline->live[side];
	}
	if (timeline->current)
		timeline->current->superseded = true;
	version->superseded = false;
	timeline->current = version;
}

/* A version whose second half has just become known may be an earlier one again. */
static struct version *settle(struct timeline *timeline, struct version *version)
{
	struct version *earlier = find_pair(timeline->by_core, version->half[SIDE_FILTER].core,
					    version->half[SIDE_CONSUMER].core);

	if (!earlier || earlier == version || !versions_fit(earlier, version)) {
		register_version(timeline, version);
		return version;
	}
	for (int side = 0; side < SIDES; side++) {
		if (!version->last[side])
			continue;
		earlier->last[side] = version->last[side];
		earlier->status[side] = version->status[side];
		if (side != SIDE_BINDING)
			adopt(earlier, side, &version->half[side]);
	}
	g_ptr_array_extend(earlier->entries, version->entries, NULL, NULL);
	version->merged = true;
	if (timeline->current == version) {
		earlier->superseded = false;
		timeline->current = earlier;
	}
	register_version(timeline, earlier);
	return earlier;
}

/* The version that 5861 speaks of: it tells everything at once. */
static struct version *seek_whole(struct timeline *timeline, const struct part *part)
{
	struct version told = {.half = {half_of(part, SIDE_FILTER), half_of(part, SIDE_CONSUMER)}};
	struct version *version = timeline->current;

	if (version && versions_fit(version, &told))
		return version;
	version =
		find_pair(timeline->by_whole, part->whole[SIDE_FILTER], part->whole[SIDE_CONSUMER]);
	if (!version)
		version = find_pair(timeline->by_core, part->core[SIDE_FILTER],
				    part->core[SIDE_CONSUMER]);
	if (!version || !versions_fit(version, &told))
		version = open_version(timeline);
	switch_to(timeline, version, ALL_PARTS);
	return version;
}

/* An earlier version with the current other half and this core, or with no other half yet. */
static struct version *find_earlier(const struct timeline *timeline, const char *core, int side)
{
	const int other_side = SIDE_CONSUMER - side;
	const struct half *other = &timeline->current->half[other_side];
	struct version *version = NULL;

	if (timeline->live[other_side] != WMI_DELETED)
		version = find_pair(timeline->by_core, side == SIDE_FILTER ? core : other->core,
				    side == SIDE_FILTER ? other->core : core);
	if (version && halves_fit(&version->half[other_side], other))
		return version;
	version = g_hash_table_lookup(timeline->by_side[side], core);
	return version && !version->half[other_side].core ? version : NULL;
}

/* The version that an event of a filter or consumer alone speaks of, or NULL. */
static struct version *seek_side(struct timeline *timeline, const struct entry *entry, int side)
{
	struct half told = half_of(entry->part, side);
	struct version *version = timeline->current;

	if (version && halves_fit(&version->half[side], &told))
		return version;
	/* A late word of the end of what was replaced already. */
	if (version && entry->sighting->operation == WMI_DELETED)
		return g_hash_table_lookup(timeline->by_side[side], told.core);
	if (version)
		version = find_earlier(timeline, told.core, side);
	if (!version)
		version = open_version(timeline);
	switch_to(timeline, version, entry->part->parts);
	return version;
}

static struct version *seek_binding(struct timeline *timeline)
{
	if (!timeline->current)
		switch_to(timeline, open_version(timeline), WMI_PART_BINDING);
	return timeline->current;
}

static void note(struct timeline *timeline, struct version *version, struct entry *entry)
{
	int operation = (int)entry->sighting->operation;

	for (int side = 0; side < SIDES; side++) {
		if (!(entry->part->parts & 1u << side))
			continue;
		version->last[side] = entry;
		version->status[side] = operation;
		if (version == timeline->current)
			timeline->live[side] = operation;
		if (side != SIDE_BINDING) {
			struct half told = half_of(entry->part, side);

			adopt(version, side, &told);
		}
	}
	version->last_operation = operation;
	g_ptr_array_add(version->entries, entry);
	settle(timeline, version)->last_operation = operation;
}

static void play(struct timeline *timeline, struct entry *entry)
{
	struct version *version;

	if (entry->part->parts == ALL_PARTS)
		version = seek_whole(timeline, entry->part);
	else if (entry->part->parts == WMI_PART_BINDING)
		version = seek_binding(timeline);
	else
		version = seek_side(timeline, entry,
				    entry->part->parts == WMI_PART_FILTER ? SIDE_FILTER
									  : SIDE_CONSUMER);
	if (version)
		note(timeline, version, entry);
}

/* Without any one of its three objects a subscription cannot fire. */
static enum wmi_state state_of(const struct version *version)
{
	for (int side = 0; side < SIDES; side++) {
		if (version->status[side] == WMI_DELETED)
			return WMI_STATE_DELETED;
	}
	if (version->superseded || version->last_operation == WMI_MODIFIED)
		return WMI_STATE_MODIFIED;
	return WMI_STATE_ACTIVE;
}

static void timeline_init(struct timeline *timeline)
{
	*timeline = (struct timeline){.live = {UNTOLD, UNTOLD, UNTOLD}};
	timeline->versions = g_ptr_array_new_with_free_func((GDestroyNotify)version_free);
	timeline->by_core = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	timeline->by_whole = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int side = 0; side < SIDE_BINDING; side++)
		timeline->by_side[side] = g_hash_table_new(g_str_hash, g_str_equal);
}

static void timeline_release(struct timeline *timeline)
{
	for (int side = 0; side < SIDE_BINDING; side++)
		g_hash_table_unref(timeline->by_side[side]);
	g_hash_table_unref(timeline->by_whole);
	g_hash_table_unref(timeline->by_core);
	g_ptr_array_unref(timeline->versions);
}

static bool is_bound(const struct version *version)
{
	return !version->merged && version->last[SIDE_BINDING];
}

/* The bound versions of each core of one side: the first of them. */
static GHashTable *find_bound(const struct timeline *timeline, int side)
{
	GHashTable *bound = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < timeline->versions->len; i++) {
		struct version *version = timeline->versions->pdata[i];
		char *core = (char *)version->half[side].core;

		if (core && is_bound(version) && !g_hash_table_contains(bound, core))
			g_hash_table_insert(bound, core, version);
	}
	return bound;
}

/*
 * A version that was never bound is no subscription, but one of its halves may have
 * been bound with another partner later: what told of that half told of it there.
 */
static void join_unbound(struct timeline *timeline, int side)
{
	g_autoptr(GHashTable) bound = find_bound(timeline, side);

	for (guint i = 0; i < timeline->versions->len; i++) {
		struct version *version = timeline->versions->pdata[i];

		for (guint k = 0; !version->last[SIDE_BINDING] && k < version->entries->len; k++) {
			struct entry *entry = version->entries->pdata[k];
			const char *core = entry->part->core[side];
			struct version *partner = core ? g_hash_table_lookup(bound, core) : NULL;

			if (partner)
				g_ptr_array_add(partner->entries, entry);
		}
	}
}

void timeline_play(GPtrArray *entries, GPtrArray *drafts)
{
	struct timeline timeline;

	timeline_init(&timeline);
	g_ptr_array_sort(entries, entry_compare);
	for (guint i = 0; i < entries->len; i++)
		play(&timeline, entries->pdata[i]);
	for (int side = 0; side < SIDE_BINDING; side++)
		join_unbound(&timeline, side);
	for (guint i = 0; i < timeline.versions->len; i++) {
		struct version *version = timeline.versions->pdata[i];

		if (is_bound(version))
			g_ptr_array_add(drafts,
					draft_new(version->entries, version->half[SIDE_FILTER].part,
						  version->half[SIDE_CONSUMER].part,
						  state_of(version)));
	}
	timeline_release(&timeline);
}
