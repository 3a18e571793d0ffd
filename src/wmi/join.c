/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/join.h"

#include <string.h>

#include "base/limits.h"
#include "base/share.h"
#include "base/text.h"
#include "wmi/cost.h"
#include "wmi/digest.h"
#include "wmi/draft.h"
#include "wmi/export_copies.h"
#include "wmi/in_place.h"
#include "wmi/lifecycle.h"
#include "wmi/part_hosts.h"

/*
 * How it works. Each fact is a sighting of a part: what facts of one content say on one host
 * (wmi/part.h). So memory grows with contents and a short list of sightings, not with events.
 *
 * When all are there, parts are put together by names: a group for each binding (5861, Sysmon 21),
 * and an end for each filter and consumer that was seen alone (Sysmon 19, 20). A group and its two
 * ends go to lifecycle_play(), which makes a subscription of each content that was bound; an end
 * that several bindings share goes to each of them. What joined nowhere stands alone.
 *
 * Keys are digests, and what comes out is sorted by content: neither the order of arrival nor that
 * of hash tables shows.
 */

struct joiner {
	struct keeper keeper;
	GHashTable *parts; /* struct part, by its key */
	struct part *first; /* of them, in the order of arrival */
	struct part **last;
	GHashTable *hosts; /* folded name's digest -> struct host */
	GHashTable *spellings; /* name, in the keeper -> struct host */
	GPtrArray *clock_steps; /* struct clock_step */
	GPtrArray *full_hosts; /* struct full_host */
	GString *form; /* scratch */
	uint64_t memory;
	uint64_t kept; /* bytes */
	struct host_names *no_names; /* NULL until there is no other */
	struct host further; /* all that there is no room for at all */
};

/* The parts that name one filter, or one consumer, alone: all its contents. */
struct end {
	struct digest key; /* of host and names */
	struct part *parts;
	guint sightings;
	guint groups; /* bindings that use it */
	struct part_sighting *latest; /* that says it exists, and with what content */
	struct part_sighting *latest_in_place; /* of those */
};

/* The parts that name one binding, with or without its ends. */
struct part_group {
	struct digest key; /* of host and names */
	struct part *parts;
	struct end *ends[SIDE_BINDING]; /* borrowed; NULL when no part is of that end alone */
	struct part_group *next;
};

/* How parts hang together, made when all are there. */
struct joins {
	struct keeper *keeper;
	struct arena arena; /* of groups and ends */
	GHashTable *groups; /* struct part_group, by its key */
	GHashTable *ends[SIDE_BINDING]; /* struct end, by its key */
	struct part_group *first; /* of all groups */
	GString *form;
};

struct joiner *joiner_new(uint64_t memory)
{
	struct joiner *joiner = g_new0(struct joiner, 1);

	keeper_init(&joiner->keeper);
	joiner->parts = g_hash_table_new(digest_hash, digest_equal);
	joiner->last = &joiner->first;
	joiner->hosts = g_hash_table_new(digest_hash, digest_equal);
	joiner->spellings = g_hash_table_new(NULL, NULL);
	joiner->clock_steps = g_ptr_array_new_with_free_func(g_free);
	joiner->full_hosts = g_ptr_array_new_with_free_func(g_free);
	joiner->form = g_string_new(NULL);
	joiner->memory = memory;
	joiner->further.spelling = "further hosts";
	return joiner;
}

void joiner_free(struct joiner *joiner)
{
	if (!joiner)
		return;
	g_hash_table_unref(joiner->parts);
	g_hash_table_unref(joiner->hosts);
	g_hash_table_unref(joiner->spellings);
	g_ptr_array_unref(joiner->clock_steps);
	g_ptr_array_unref(joiner->full_hosts);
	g_string_free(joiner->form, TRUE);
	host_names_free(joiner->no_names);
	keeper_release(&joiner->keeper);
	g_free(joiner);
}

static struct host *find_host(struct joiner *joiner, const char *name)
{
	struct digest *key, digest;
	struct host *host;

	g_string_truncate(joiner->form, 0);
	names_append(&name, 1, joiner->form);
	digest = secret_digest(&joiner->keeper.secret, joiner->form->str, joiner->form->len);
	host = g_hash_table_lookup(joiner->hosts, &digest);
	if (host)
		return host;
	host = keeper_alloc(&joiner->keeper, sizeof(*host));
	host->time = UINT64_MAX;
	host->spelling = name;
	key = keeper_alloc(&joiner->keeper, sizeof(*key));
	*key = digest;
	g_hash_table_insert(joiner->hosts, key, host);
	joiner->kept += HOST_COST;
	return host;
}

/* Finds or makes the host, and keeps the spelling of the earliest event. */
static struct host *note_host(struct joiner *joiner, const struct event *event)
{
	uint64_t before = keeper_size(&joiner->keeper);
	struct host *host;
	const char *name;

	if (joiner->kept + cost_of_text(event->host) > joiner->memory)
		return &joiner->further;
	name = keeper_copy_text(&joiner->keeper, event->host);
	host = g_hash_table_lookup(joiner->spellings, name);
	if (!host) {
		host = find_host(joiner, name);
		g_hash_table_insert(joiner->spellings, (char *)name, host);
		joiner->kept += TEXT_COST + keeper_size(&joiner->keeper) - before;
	}
	if (event->ref.time < host->time ||
	    (event->ref.time == host->time && g_strcmp0(name, host->spelling) < 0)) {
		host->time = event->ref.time;
		host->spelling = name;
	}
	return host;
}

static struct part *add_part(struct joiner *joiner, const struct digest *key, struct host *host,
			     const struct wmi_fact *fact)
{
	struct part *part = part_new(&joiner->keeper, key, host, fact, joiner->form);

	g_hash_table_add(joiner->parts, part);
	*joiner->last = part;
	joiner->last = &part->next;
	return part;
}

void joiner_add(struct joiner *joiner, const struct event *event, const struct wmi_fact *fact)
{
	struct digest key = part_key(&joiner->keeper, event, fact, joiner->form);
	struct host *host = note_host(joiner, event);
	struct part *part = g_hash_table_lookup(joiner->parts, &key);
	uint64_t cost = cost_of_sighting(event, fact) + (part ? 0 : cost_of_part(fact));
	uint64_t before = keeper_size(&joiner->keeper);

	if (host == &joiner->further ||
	    !share_allows(joiner->memory, joiner->kept, host->kept, cost)) {
		host->left_out++;
		return;
	}
	if (!part)
		part = add_part(joiner, &key, host, fact);
	cost = part->count ? SIGHTING_COST : SIGHTING_COST + PART_COST;
	part_add(&joiner->keeper, part, event, fact);
	/* Texts that were there already take no more. */
	cost += keeper_size(&joiner->keeper) - before;
	host->kept += cost;
	joiner->kept += cost;
}

static void joins_init(struct joins *joins, struct joiner *joiner)
{
	*joins = (struct joins){.keeper = &joiner->keeper, .form = joiner->form};
	arena_init(&joins->arena);
	joins->groups = g_hash_table_new(digest_hash, digest_equal);
	for (int side = 0; side < SIDE_BINDING; side++)
		joins->ends[side] = g_hash_table_new(digest_hash, digest_equal);
}

static void joins_release(struct joins *joins)
{
	for (int side = 0; side < SIDE_BINDING; side++)
		g_hash_table_unref(joins->ends[side]);
	g_hash_table_unref(joins->groups);
	arena_release(&joins->arena);
}

static struct digest digest_names(const struct joins *joins, const char *const *names, size_t count)
{
	g_string_truncate(joins->form, 0);
	names_append(names, count, joins->form);
	return secret_digest(&joins->keeper->secret, joins->form->str, joins->form->len);
}

/* Where a filter or consumer lives; false when the part has no name to go by. */
static bool end_key(const struct joins *joins, const struct part *part, int side,
		    struct digest *key)
{
	bool is_filter = side == SIDE_FILTER;
	const char *name = is_filter ? part->filter->name : part->consumer->name;
	const char *names[] = {part->host->spelling, part->namespace,
			       is_filter ? NULL : part->consumer->class_name, name};

	if (name)
		*key = digest_names(joins, names, G_N_ELEMENTS(names));
	return name != NULL;
}

/* A part that lacks a name goes by its own key: two unknowns are not the same. */
static struct digest group_key(const struct joins *joins, const struct part *part)
{
	const char *filter = part->filter->name;
	const char *consumer = part->consumer->name;
	const char *names[] = {part->host->spelling, part->namespace, filter,
			       part->consumer->class_name, consumer};

	return filter && consumer ? digest_names(joins, names, G_N_ELEMENTS(names)) : part->key;
}

static bool is_after(const struct part_sighting *seen, const struct part_sighting *other)
{
	return !other || seen->rank > other->rank;
}

static void note_latest(struct end *end, const struct part *part)
{
	for (struct part_sighting *seen = part->sightings; seen; seen = seen->next) {
		if (seen->sighting.operation == WMI_DELETED)
			continue;
		if (is_after(seen, end->latest))
			end->latest = seen;
		if (seen->in_place && is_after(seen, end->latest_in_place))
			end->latest_in_place = seen;
	}
}

static struct end *get_end(struct joins *joins, const struct digest *key, int side)
{
	struct end *end = g_hash_table_lookup(joins->ends[side], key);

	if (end)
		return end;
	end = arena_alloc(&joins->arena, sizeof(*end));
	*end = (struct end){.key = *key};
	g_hash_table_add(joins->ends[side], end);
	return end;
}

static void add_to_end(struct joins *joins, struct part *part, int side)
{
	struct digest key;
	struct end *end;

	if (!end_key(joins, part, side, &key))
		return;
	end = get_end(joins, &key, side);
	part->next = end->parts;
	end->parts = part;
	end->sightings += part->count;
	note_latest(end, part);
}

static struct part_group *get_group(struct joins *joins, const struct digest *key)
{
	struct part_group *group = g_hash_table_lookup(joins->groups, key);

	if (group)
		return group;
	group = arena_alloc(&joins->arena, sizeof(*group));
	*group = (struct part_group){.key = *key, .next = joins->first};
	joins->first = group;
	g_hash_table_add(joins->groups, group);
	return group;
}

static void add_to_group(struct joins *joins, struct part *part)
{
	struct digest key = group_key(joins, part);
	struct part_group *group = get_group(joins, &key);

	part->next = group->parts;
	group->parts = part;
}

static int side_of(const struct part *part)
{
	return part->parts & WMI_PART_FILTER ? SIDE_FILTER : SIDE_CONSUMER;
}

static void add_to_joins(struct joins *joins, struct part *part)
{
	part->next = NULL;
	if (part->parts & WMI_PART_BINDING)
		add_to_group(joins, part);
	else
		add_to_end(joins, part, side_of(part));
}

/* Finds the group's ends; its parts are of one name, so any of them will do. */
static void link_group(struct joins *joins, struct part_group *group)
{
	for (int side = 0; side < SIDE_BINDING; side++) {
		struct digest key;
		struct end *end = NULL;

		if (end_key(joins, group->parts, side, &key))
			end = g_hash_table_lookup(joins->ends[side], &key);
		group->ends[side] = end;
		if (!end)
			continue;
		end->groups++;
		for (const struct part *part = group->parts; part; part = part->next)
			if (part->core[side])
				note_latest(end, part);
	}
}

static void add_sightings(GPtrArray *sightings, const struct part *part)
{
	for (struct part_sighting *seen = part->sightings; seen; seen = seen->next)
		g_ptr_array_add(sightings, seen);
}

/*
 * A log can be written in which thousands of bindings share a filter that changed
 * thousands of times: there each binding gets only what the filter was last. The
 * other events of such a filter come out as a part without a partner.
 */
static void add_end(GPtrArray *sightings, const struct end *end)
{
	bool is_wide = end->groups > 1 && (uint64_t)end->sightings * end->groups > WH_MAX_FAN_OUT;

	if (is_wide && end->latest && !(end->latest->part->parts & WMI_PART_BINDING))
		g_ptr_array_add(sightings, end->latest);
	if (is_wide && end->latest_in_place && end->latest_in_place != end->latest &&
	    !(end->latest_in_place->part->parts & WMI_PART_BINDING))
		g_ptr_array_add(sightings, end->latest_in_place);
	for (const struct part *part = end->parts; !is_wide && part; part = part->next)
		add_sightings(sightings, part);
}

static void play_group(struct lifecycle *lifecycle, const struct part_group *group,
		       GPtrArray *sightings, GPtrArray *drafts)
{
	g_ptr_array_set_size(sightings, 0);
	for (const struct part *part = group->parts; part; part = part->next)
		add_sightings(sightings, part);
	for (int side = 0; side < SIDE_BINDING; side++) {
		if (group->ends[side])
			add_end(sightings, group->ends[side]);
	}
	lifecycle_play(lifecycle, sightings, drafts);
}

/* The state of a part without a partner; `latest` is the end's, or NULL. */
static enum wmi_state lone_state(const struct part_sighting *latest,
				 const struct part_sighting *last, int side)
{
	if (last->sighting.operation == WMI_DELETED)
		return WMI_STATE_DELETED;
	if (latest && is_after(latest, last) &&
	    !digest_equal(latest->part->core[side], last->part->core[side]))
		return WMI_STATE_SUPERSEDED;
	return WMI_STATE_UNBOUND;
}

/* Its draft, of sightings in the order of their ranks: what stands in place decides its state. */
static struct draft *lone_draft(const struct joins *joins, const struct end *end, struct part *part,
				GPtrArray *sightings, int side)
{
	const struct part_sighting *last = sightings->pdata[sightings->len - 1], *vouched = NULL;
	const struct part_sighting *latest = end ? end->latest : NULL;
	enum wmi_state says = lone_state(latest, last, side), state = says;
	struct draft *draft;

	for (guint i = 0; i < sightings->len; i++) {
		const struct part_sighting *seen = sightings->pdata[i];

		vouched = seen->in_place ? seen : vouched;
	}
	if (vouched)
		state = lone_state(end ? end->latest_in_place : NULL, vouched, side);
	draft = draft_new(joins->keeper, sightings, side == SIDE_FILTER ? part : NULL,
			  side == SIDE_CONSUMER ? part : NULL, state);
	if (state == says)
		return draft;
	for (guint i = 0; i < sightings->len; i++) {
		const struct part_sighting *seen = sightings->pdata[i];

		if (is_after(seen, vouched) && lone_state(latest, seen, side) != state)
			draft_add_contradiction(draft, &seen->sighting,
						lone_state(latest, seen, side));
	}
	if (last == vouched)
		draft_add_contradiction(draft, &latest->sighting, says);
	return draft;
}

/* Nothing is dropped: sightings of a filter or consumer that joined nowhere stand alone. */
static void add_lone_part(const struct joins *joins, struct part *part, GPtrArray *sightings,
			  GPtrArray *drafts)
{
	int side = side_of(part);
	const struct end *end = NULL;
	struct digest key;

	if (part->parts & WMI_PART_BINDING)
		return;
	g_ptr_array_set_size(sightings, 0);
	for (struct part_sighting *seen = part->sightings; seen; seen = seen->next)
		if (!seen->joined)
			g_ptr_array_add(sightings, seen);
	if (sightings->len == 0)
		return;
	if (end_key(joins, part, side, &key))
		end = g_hash_table_lookup(joins->ends[side], &key);
	g_ptr_array_sort(sightings, part_sighting_compare);
	g_ptr_array_add(drafts, lone_draft(joins, end, part, sightings, side));
}

static GPtrArray *finish(struct keeper *keeper, GPtrArray *drafts)
{
	GPtrArray *out = g_ptr_array_new_with_free_func((GDestroyNotify)subscription_free);

	g_ptr_array_sort_with_data(drafts, draft_compare, keeper);
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

const GPtrArray *joiner_get_full_hosts(const struct joiner *joiner)
{
	return joiner->full_hosts;
}

static int compare_full_hosts(gconstpointer a, gconstpointer b)
{
	return g_strcmp0((*(const struct full_host *const *)a)->name,
			 (*(const struct full_host *const *)b)->name);
}

static void add_full_host(struct joiner *joiner, const struct host *host)
{
	const struct full_host full = {host->spelling, host->left_out};

	if (full.left_out)
		g_ptr_array_add(joiner->full_hosts, g_memdup2(&full, sizeof(full)));
}

static void list_full_hosts(struct joiner *joiner)
{
	GHashTableIter iter;
	gpointer value;

	g_ptr_array_set_size(joiner->full_hosts, 0);
	add_full_host(joiner, &joiner->further);
	g_hash_table_iter_init(&iter, joiner->hosts);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		add_full_host(joiner, value);
	g_ptr_array_sort(joiner->full_hosts, compare_full_hosts);
}

static GPtrArray *list_sightings(const GPtrArray *parts)
{
	GPtrArray *sightings = g_ptr_array_sized_new(parts->len);

	for (guint i = 0; i < parts->len; i++)
		add_sightings(sightings, parts->pdata[i]);
	return sightings;
}

/* The sightings that count, each marked whether it stands in place. */
static GPtrArray *mark_all(const GPtrArray *parts)
{
	GPtrArray *sightings = list_sightings(parts);

	if (!in_place_mark(sightings))
		return sightings;
	g_ptr_array_unref(sightings);
	for (guint i = 0; i < parts->len; i++)
		in_place_drop_copies(parts->pdata[i]);
	return list_sightings(parts);
}

/* The parts (struct part) of each machine, their sightings marked and ranked. */
static GPtrArray *rank_all(struct joiner *joiner, struct host_names *names)
{
	g_autoptr(GPtrArray) named = g_ptr_array_sized_new(g_hash_table_size(joiner->parts));
	g_autoptr(GPtrArray) sightings = NULL;
	GPtrArray *parts;

	for (struct part *part = joiner->first; part; part = part->next)
		g_ptr_array_add(named, part);
	for (guint i = 0; i < named->len; i++)
		export_copies_drop(named->pdata[i]);
	parts = parts_by_machine(&joiner->keeper, named, names);
	sightings = mark_all(parts);
	g_ptr_array_set_size(joiner->clock_steps, 0);
	rank_sightings(&joiner->keeper, sightings, joiner->clock_steps);
	return parts;
}

static void play_all(struct joins *joins, const GPtrArray *parts, GPtrArray *drafts)
{
	struct lifecycle *lifecycle = lifecycle_new(joins->keeper);
	g_autoptr(GPtrArray) sightings = g_ptr_array_new();

	for (guint i = 0; i < parts->len; i++)
		add_to_joins(joins, parts->pdata[i]);
	for (struct part_group *group = joins->first; group; group = group->next)
		link_group(joins, group);
	for (struct part_group *group = joins->first; group; group = group->next)
		play_group(lifecycle, group, sightings, drafts);
	for (guint i = 0; i < parts->len; i++)
		add_lone_part(joins, parts->pdata[i], sightings, drafts);
	lifecycle_free(lifecycle);
}

static void forget_facts(struct joiner *joiner)
{
	g_hash_table_remove_all(joiner->parts);
	g_hash_table_remove_all(joiner->hosts);
	g_hash_table_remove_all(joiner->spellings);
	joiner->first = NULL;
	joiner->last = &joiner->first;
}

GPtrArray *joiner_take(struct joiner *joiner, struct host_names *names)
{
	GPtrArray *drafts = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
	g_autoptr(GPtrArray) parts = NULL;
	struct joins joins;

	if (!names && !joiner->no_names)
		joiner->no_names = host_names_new();
	parts = rank_all(joiner, names ? names : joiner->no_names);
	joins_init(&joins, joiner);
	play_all(&joins, parts, drafts);
	joins_release(&joins);
	list_full_hosts(joiner);
	forget_facts(joiner);
	return finish(&joiner->keeper, drafts);
}
