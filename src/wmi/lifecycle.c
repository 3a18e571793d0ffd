/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/lifecycle.h"

#include "wmi/draft.h"
#include "wmi/elsewhere.h"

/*
 * How it works. The sightings of one binding, its filter and its consumer are played in the order
 * of time. A version is one filter content with one consumer content; one version is current. A
 * sighting of other content makes another version current: an earlier one with that content
 * (by_key), else a new one. The version before it is then superseded.
 *
 * 5861 names both contents whole. Sysmon names one side at a time, and only the core of its
 * content (wmi/digest.h): a half of Sysmon's fits each whole with that core, and the sides that
 * the event does not name are taken over from the version before, unless they were deleted. A
 * version whose second half becomes known late may be an earlier one: the two are merged.
 *
 * The last operation on each of the three sides decides the state. A version that was never bound
 * is no subscription: its sightings go to a bound version with the same half, if there is one.
 */

/* What a version is found by. */
struct version_key {
	struct digest filter; /* zero where a key has none */
	struct digest consumer;
	enum { BY_FILTER, BY_CONSUMER, BY_CORE, BY_WHOLE } kind;
};

static guint key_hash(gconstpointer data)
{
	const struct version_key *key = data;

	return (guint)(key->filter.low ^ key->consumer.low * 31 ^ key->kind);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
	const struct version_key *one = a, *other = b;

	return one->kind == other->kind && digest_equal(&one->filter, &other->filter) &&
	       digest_equal(&one->consumer, &other->consumer);
}

static void version_free(struct version *version)
{
	g_ptr_array_unref(version->sightings);
	g_clear_pointer(&version->contradicting, g_ptr_array_unref);
	g_free(version);
}

struct half half_of(struct part *part, int side)
{
	return (struct half){part, part->core[side], part->whole[side]};
}

/* True unless they are known to differ: Sysmon's half of 5861's content fits the whole. */
bool halves_fit(const struct half *a, const struct half *b)
{
	if (!a->core || !b->core)
		return true;
	if (!digest_equal(a->core, b->core))
		return false;
	return !a->whole || !b->whole || digest_equal(a->whole, b->whole);
}

bool versions_fit(const struct version *a, const struct version *b)
{
	return halves_fit(&a->half[SIDE_FILTER], &b->half[SIDE_FILTER]) &&
	       halves_fit(&a->half[SIDE_CONSUMER], &b->half[SIDE_CONSUMER]);
}

static struct version *find(const struct lifecycle *lifecycle, int kind,
			    const struct digest *filter, const struct digest *consumer)
{
	struct version_key key = {.kind = kind};

	if (filter)
		key.filter = *filter;
	if (consumer)
		key.consumer = *consumer;
	return g_hash_table_lookup(lifecycle->by_key, &key);
}

static struct version *find_pair(const struct lifecycle *lifecycle, int kind,
				 const struct digest *filter, const struct digest *consumer)
{
	return filter && consumer ? find(lifecycle, kind, filter, consumer) : NULL;
}

struct version *lifecycle_find_core(const struct lifecycle *lifecycle, int side,
				    const struct digest *core)
{
	return side == SIDE_FILTER ? find(lifecycle, BY_FILTER, core, NULL)
				   : find(lifecycle, BY_CONSUMER, NULL, core);
}

static void set_key(struct lifecycle *lifecycle, struct version *version, int kind,
		    const struct digest *filter, const struct digest *consumer)
{
	struct version_key *key = arena_alloc(&lifecycle->keys, sizeof(*key));

	*key = (struct version_key){.kind = kind};
	if (filter)
		key->filter = *filter;
	if (consumer)
		key->consumer = *consumer;
	g_hash_table_replace(lifecycle->by_key, key, version);
}

static void register_version(struct lifecycle *lifecycle, struct version *version)
{
	const struct half *filter = &version->half[SIDE_FILTER];
	const struct half *consumer = &version->half[SIDE_CONSUMER];
	bool has_core = filter->core && consumer->core;
	bool has_whole = filter->whole && consumer->whole;
	unsigned keys = (filter->core ? 1u << BY_FILTER : 0) |
			(consumer->core ? 1u << BY_CONSUMER : 0) | (has_core ? 1u << BY_CORE : 0) |
			(has_whole ? 1u << BY_WHOLE : 0);

	/* A half does not change once it is known. */
	if (lifecycle->registered == version && version->keys == keys)
		return;
	if (filter->core)
		set_key(lifecycle, version, BY_FILTER, filter->core, NULL);
	if (consumer->core)
		set_key(lifecycle, version, BY_CONSUMER, NULL, consumer->core);
	if (has_core)
		set_key(lifecycle, version, BY_CORE, filter->core, consumer->core);
	if (has_whole)
		set_key(lifecycle, version, BY_WHOLE, filter->whole, consumer->whole);
	version->keys = keys;
	lifecycle->registered = version;
}

void version_adopt_half(struct version *version, int side, const struct half *half)
{
	struct half *own = &version->half[side];

	if (!own->core || (!own->whole && half->whole))
		*own = *half;
}

static struct version *open_version(struct lifecycle *lifecycle)
{
	struct version *version = g_new0(struct version, 1);

	for (int side = 0; side < SIDES; side++)
		version->status[side] = NOT_SEEN;
	version->sightings = g_ptr_array_new();
	g_ptr_array_add(lifecycle->versions, version);
	return version;
}

/* Takes over from the current version what goes on living beside the side that changed. */
static void inherit(const struct lifecycle *lifecycle, struct version *version, int side)
{
	const struct version *from = lifecycle->current;

	if (!from || !from->last[side] || version->last[side] ||
	    lifecycle->live[side] == WMI_DELETED)
		return;
	version->last[side] = from->last[side];
	g_ptr_array_add(version->sightings, (struct part_sighting *)from->last[side]);
	if (side != SIDE_BINDING)
		version_adopt_half(version, side, &from->half[side]);
}

/* Makes `version` the current one; `named` is what the event that brings it names. */
static void switch_to(struct lifecycle *lifecycle, struct version *version, unsigned named)
{
	if (lifecycle->current == version)
		return;
	for (int side = 0; side < SIDES; side++) {
		if (!(named & 1u << side))
			inherit(lifecycle, version, side);
		if (named & 1u << side || !version->last[side])
			lifecycle->live[side] = NOT_SEEN;
		version->status[side] = lifecycle->live[side];
	}
	if (lifecycle->current) {
		lifecycle->current->superseded = true;
		lifecycle->current->superseded_by = lifecycle->now;
	}
	version->superseded = false;
	lifecycle->current = version;
}

/* A version whose second half has just become known may be an earlier one again. */
static struct version *settle(struct lifecycle *lifecycle, struct version *version)
{
	struct version *earlier = find_pair(lifecycle, BY_CORE, version->half[SIDE_FILTER].core,
					    version->half[SIDE_CONSUMER].core);

	if (!earlier || earlier == version || !versions_fit(earlier, version)) {
		register_version(lifecycle, version);
		return version;
	}
	for (int side = 0; side < SIDES; side++) {
		if (!version->last[side])
			continue;
		earlier->last[side] = version->last[side];
		earlier->status[side] = version->status[side];
		if (side != SIDE_BINDING)
			version_adopt_half(earlier, side, &version->half[side]);
	}
	g_ptr_array_extend(earlier->sightings, version->sightings, NULL, NULL);
	version->merged = true;
	if (lifecycle->current == version) {
		earlier->superseded = false;
		lifecycle->current = earlier;
	}
	register_version(lifecycle, earlier);
	return earlier;
}

/* The version with both halves of `named`, or NULL. */
struct version *lifecycle_find_both(const struct lifecycle *lifecycle, const struct version *named)
{
	const struct half *filter = &named->half[SIDE_FILTER];
	const struct half *consumer = &named->half[SIDE_CONSUMER];
	struct version *version = find_pair(lifecycle, BY_WHOLE, filter->whole, consumer->whole);

	if (!version)
		version = find_pair(lifecycle, BY_CORE, filter->core, consumer->core);
	return version && versions_fit(version, named) ? version : NULL;
}

/* The version that 5861 names, of those that there are: of the current one a half may be unknown.
 */
static struct version *find_whole(const struct lifecycle *lifecycle, const struct version *named)
{
	struct version *current = lifecycle->current;

	return current && versions_fit(current, named) ? current
						       : lifecycle_find_both(lifecycle, named);
}

/* The version that 5861 names: it holds everything at once. */
static struct version *seek_whole(struct lifecycle *lifecycle, struct part *part)
{
	struct version named = {.half = {half_of(part, SIDE_FILTER), half_of(part, SIDE_CONSUMER)}};
	struct version *version = find_whole(lifecycle, &named);

	if (!version)
		version = open_version(lifecycle);
	switch_to(lifecycle, version, ALL_PARTS);
	return version;
}

/* An earlier version with the current other half and this core, or with no other half yet. */
static struct version *find_earlier(const struct lifecycle *lifecycle, const struct digest *core,
				    int side)
{
	const int other_side = SIDE_CONSUMER - side;
	const struct half *other = &lifecycle->current->half[other_side];
	struct version *version = NULL;

	if (lifecycle->live[other_side] != WMI_DELETED)
		version = find_pair(lifecycle, BY_CORE, side == SIDE_FILTER ? core : other->core,
				    side == SIDE_FILTER ? other->core : core);
	if (version && halves_fit(&version->half[other_side], other))
		return version;
	version = lifecycle_find_core(lifecycle, side, core);
	return version && !version->half[other_side].core ? version : NULL;
}

static int side_of(const struct part *part)
{
	return part->parts == WMI_PART_FILTER ? SIDE_FILTER : SIDE_CONSUMER;
}

/* The version that an event of a filter or consumer alone names, of those that there are. */
static struct version *find_side(const struct lifecycle *lifecycle,
				 const struct part_sighting *seen)
{
	const int side = side_of(seen->part);
	struct half named = half_of(seen->part, side);
	struct version *version = lifecycle->current;

	if (!version || halves_fit(&version->half[side], &named))
		return version;
	/* A late word of the end of what was replaced already. */
	if (seen->sighting.operation == WMI_DELETED)
		return lifecycle_find_core(lifecycle, side, named.core);
	return find_earlier(lifecycle, named.core, side);
}

struct version *lifecycle_find_named(const struct lifecycle *lifecycle,
				     const struct part_sighting *seen)
{
	struct part *part = seen->part;
	struct version named = {.half = {half_of(part, SIDE_FILTER), half_of(part, SIDE_CONSUMER)}};

	if (part->parts == ALL_PARTS)
		return find_whole(lifecycle, &named);
	return part->parts == WMI_PART_BINDING ? lifecycle->current : find_side(lifecycle, seen);
}

/* What is deleted makes no version the current one, and is none when its content is not known. */
static struct version *seek_side(struct lifecycle *lifecycle, const struct part_sighting *seen)
{
	struct version *version = find_side(lifecycle, seen);

	if (lifecycle->current && seen->sighting.operation == WMI_DELETED)
		return version;
	if (!version)
		version = open_version(lifecycle);
	switch_to(lifecycle, version, seen->part->parts);
	return version;
}

static struct version *seek_binding(struct lifecycle *lifecycle)
{
	if (!lifecycle->current)
		switch_to(lifecycle, open_version(lifecycle), WMI_PART_BINDING);
	return lifecycle->current;
}

static void note(struct lifecycle *lifecycle, struct version *version, struct part_sighting *seen)
{
	int operation = (int)seen->sighting.operation;

	for (int side = 0; side < SIDES; side++) {
		if (!(seen->part->parts & 1u << side))
			continue;
		version->last[side] = seen;
		version->status[side] = operation;
		if (version == lifecycle->current)
			lifecycle->live[side] = operation;
		if (side != SIDE_BINDING) {
			struct half named = half_of(seen->part, side);

			version_adopt_half(version, side, &named);
		}
	}
	version->last_operation = operation;
	g_ptr_array_add(version->sightings, seen);
	settle(lifecycle, version)->last_operation = operation;
}

static void play(struct lifecycle *lifecycle, struct part_sighting *seen)
{
	struct version *version;

	lifecycle->now = &seen->sighting.ref;
	if (seen->part->parts == ALL_PARTS)
		version = seek_whole(lifecycle, seen->part);
	else if (seen->part->parts == WMI_PART_BINDING)
		version = seek_binding(lifecycle);
	else
		version = seek_side(lifecycle, seen);
	if (version)
		note(lifecycle, version, seen);
}

/* Without any one of its three objects a subscription cannot fire. */
enum wmi_state version_get_state(const struct version *version)
{
	for (int side = 0; side < SIDES; side++) {
		if (version->status[side] == WMI_DELETED)
			return WMI_STATE_DELETED;
	}
	if (version->superseded)
		return WMI_STATE_SUPERSEDED;
	return version->last_operation == WMI_MODIFIED ? WMI_STATE_CHANGED : WMI_STATE_ACTIVE;
}

static bool version_is_bound(const struct version *version)
{
	return !version->merged && version->last[SIDE_BINDING];
}

/* The bound versions of each core of one side: the first of them. */
static GHashTable *find_bound(const struct lifecycle *lifecycle, int side)
{
	GHashTable *bound = g_hash_table_new(digest_hash, digest_equal);

	for (guint i = 0; i < lifecycle->versions->len; i++) {
		struct version *version = lifecycle->versions->pdata[i];
		struct digest *core = (struct digest *)version->half[side].core;

		if (core && version_is_bound(version) && !g_hash_table_contains(bound, core))
			g_hash_table_insert(bound, core, version);
	}
	return bound;
}

/*
 * A version that was never bound is no subscription, but one of its halves may have
 * been bound with another partner later: its events count there.
 */
static void join_unbound(struct lifecycle *lifecycle, int side)
{
	g_autoptr(GHashTable) bound = find_bound(lifecycle, side);

	for (guint i = 0; i < lifecycle->versions->len; i++) {
		struct version *version = lifecycle->versions->pdata[i];

		for (guint k = 0; !version->last[SIDE_BINDING] && k < version->sightings->len;
		     k++) {
			struct part_sighting *seen = version->sightings->pdata[k];
			const struct digest *core = seen->part->core[side];
			struct version *partner = core ? g_hash_table_lookup(bound, core) : NULL;

			if (partner)
				g_ptr_array_add(partner->sightings, seen);
		}
	}
}

static bool has_unbound(const struct lifecycle *lifecycle)
{
	for (guint i = 0; i < lifecycle->versions->len; i++)
		if (!((const struct version *)lifecycle->versions->pdata[i])->last[SIDE_BINDING])
			return true;
	return false;
}

struct lifecycle *lifecycle_new(struct keeper *keeper)
{
	struct lifecycle *lifecycle = g_new0(struct lifecycle, 1);

	lifecycle->keeper = keeper;
	lifecycle->versions = g_ptr_array_new_with_free_func((GDestroyNotify)version_free);
	lifecycle->by_key = g_hash_table_new(key_hash, key_equal);
	arena_init(&lifecycle->keys);
	return lifecycle;
}

void lifecycle_free(struct lifecycle *lifecycle)
{
	arena_release(&lifecycle->keys);
	g_hash_table_unref(lifecycle->by_key);
	g_ptr_array_unref(lifecycle->versions);
	g_free(lifecycle);
}

static void begin(struct lifecycle *lifecycle)
{
	g_ptr_array_set_size(lifecycle->versions, 0);
	g_hash_table_remove_all(lifecycle->by_key);
	arena_clear(&lifecycle->keys);
	lifecycle->current = lifecycle->registered = NULL;
	for (int side = 0; side < SIDES; side++)
		lifecycle->live[side] = NOT_SEEN;
}

static void add_draft(const struct lifecycle *lifecycle, const struct version *version,
		      GPtrArray *drafts)
{
	struct draft *draft =
		draft_new(lifecycle->keeper, version->sightings, version->half[SIDE_FILTER].part,
			  version->half[SIDE_CONSUMER].part, version_get_state(version));

	g_ptr_array_add(drafts, draft);
	if (draft->subscription->state == WMI_STATE_SUPERSEDED)
		draft->subscription->superseded_by = version->superseded_by;
	for (guint i = 0; version->contradicting && i < version->contradicting->len; i++) {
		const struct contradicting *one = version->contradicting->pdata[i];

		draft_add_contradiction(draft, &one->seen->sighting, one->says);
	}
}

static void join_all_unbound(struct lifecycle *lifecycle)
{
	for (int side = 0; has_unbound(lifecycle) && side < SIDE_BINDING; side++)
		join_unbound(lifecycle, side);
}

static void add_drafts(struct lifecycle *lifecycle, GPtrArray *drafts)
{
	join_all_unbound(lifecycle);
	for (guint i = 0; i < lifecycle->versions->len; i++) {
		const struct version *version = lifecycle->versions->pdata[i];

		if (version_is_bound(version))
			add_draft(lifecycle, version, drafts);
	}
}

/* Hands over what came of the sightings in place, `kept`, and of all what differs from it. */
static void add_drafts_apart(struct lifecycle *kept, struct lifecycle *all, GPtrArray *drafts)
{
	join_all_unbound(all);
	for (guint i = 0; i < all->versions->len; i++) {
		const struct version *version = all->versions->pdata[i];
		struct version *same =
			version_is_bound(version) ? elsewhere_find_kept(kept, version) : NULL;

		if (same)
			elsewhere_add(same, version);
		else if (version_is_bound(version))
			add_draft(all, version, drafts);
	}
	add_drafts(kept, drafts);
}

static void play_list(struct lifecycle *lifecycle, const GPtrArray *sightings)
{
	begin(lifecycle);
	for (guint i = 0; i < sightings->len; i++)
		play(lifecycle, sightings->pdata[i]);
}

/* Plays those in place alone as well. */
static void play_apart(struct lifecycle *all, const GPtrArray *sightings, const GPtrArray *in_place,
		       GPtrArray *drafts)
{
	struct lifecycle *kept = lifecycle_new(all->keeper);

	play_list(kept, in_place);
	for (guint i = 0; i < sightings->len; i++) {
		struct part_sighting *seen = sightings->pdata[i];

		if (!seen->in_place)
			elsewhere_judge(kept, seen);
	}
	add_drafts_apart(kept, all, drafts);
	lifecycle_free(kept);
}

void lifecycle_play(struct lifecycle *lifecycle, GPtrArray *sightings, GPtrArray *drafts)
{
	g_autoptr(GPtrArray) in_place = g_ptr_array_new();

	g_ptr_array_sort(sightings, part_sighting_compare);
	for (guint i = 0; i < sightings->len; i++) {
		struct part_sighting *seen = sightings->pdata[i];

		if (seen->in_place)
			g_ptr_array_add(in_place, seen);
	}
	play_list(lifecycle, sightings);
	if (in_place->len == 0 || in_place->len == sightings->len)
		add_drafts(lifecycle, drafts);
	else
		play_apart(lifecycle, sightings, in_place, drafts);
}
