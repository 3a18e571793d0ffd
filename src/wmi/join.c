/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/join.h"

#include "base/limits.h"
#include "wmi/digest.h"
#include "wmi/draft.h"
#include "wmi/in_place.h"
#include "wmi/lifecycle.h"

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
	GHashTable *parts; /* key -> struct part */
	GHashTable *hosts; /* folded name's digest -> struct host */
	GPtrArray *clock_steps; /* struct clock_step */
};

/* The parts that name one filter, or one consumer, alone: all its contents. */
struct end {
	GPtrArray *parts;
	guint sightings;
	guint groups; /* bindings that use it */
	const struct part_sighting *latest; /* that says it exists, and with what content */
	const struct part_sighting *latest_in_place; /* of those */
};

/* The parts that name one binding, with or without its ends. */
struct part_group {
	GPtrArray *parts;
	struct end *ends[SIDE_BINDING]; /* borrowed; NULL when no part is of that end alone */
};

/* How parts hang together, made when all are there. */
struct joins {
	GHashTable *groups; /* digest of names -> struct part_group */
	GHashTable *ends[SIDE_BINDING]; /* digest of a name -> struct end */
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
		host->time = event->ref.time;
		host->spelling = g_strdup(event->host);
		g_hash_table_insert(joiner->hosts, g_steal_pointer(&key), host);
	} else if (event->ref.time < host->time ||
		   (event->ref.time == host->time && g_strcmp0(event->host, host->spelling) < 0)) {
		host->time = event->ref.time;
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

static void end_free(struct end *end)
{
	g_ptr_array_unref(end->parts);
	g_free(end);
}

static void group_free(struct part_group *group)
{
	g_ptr_array_unref(group->parts);
	g_free(group);
}

static void joins_init(struct joins *joins)
{
	joins->groups =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)group_free);
	for (int side = 0; side < SIDE_BINDING; side++)
		joins->ends[side] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
							  (GDestroyNotify)end_free);
}

static void joins_release(struct joins *joins)
{
	for (int side = 0; side < SIDE_BINDING; side++)
		g_hash_table_unref(joins->ends[side]);
	g_hash_table_unref(joins->groups);
}

/* Where a filter or consumer lives; NULL when the part has no name to go by. */
static char *end_key(const struct part *part, int side)
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

static bool is_after(const struct part_sighting *seen, const struct part_sighting *other)
{
	return !other || part_sighting_compare(&seen, &other) > 0;
}

static void note_latest(struct end *end, const struct part *part)
{
	for (guint i = 0; i < part->sightings->len; i++) {
		const struct part_sighting *seen = part->sightings->pdata[i];

		if (seen->sighting->operation == WMI_DELETED)
			continue;
		if (is_after(seen, end->latest))
			end->latest = seen;
		if (seen->in_place && is_after(seen, end->latest_in_place))
			end->latest_in_place = seen;
	}
}

static void add_to_end(struct joins *joins, struct part *part, int side)
{
	g_autofree char *key = end_key(part, side);
	struct end *end = key ? g_hash_table_lookup(joins->ends[side], key) : NULL;

	if (!key)
		return;
	if (!end) {
		end = g_new0(struct end, 1);
		end->parts = g_ptr_array_new();
		g_hash_table_insert(joins->ends[side], g_steal_pointer(&key), end);
	}
	g_ptr_array_add(end->parts, part);
	end->sightings += part->sightings->len;
	note_latest(end, part);
}

static void add_to_group(struct joins *joins, struct part *part)
{
	g_autofree char *key = group_key(part);
	struct part_group *group = g_hash_table_lookup(joins->groups, key);

	if (!group) {
		group = g_new0(struct part_group, 1);
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
		add_to_end(joins, part,
			   part->parts & WMI_PART_FILTER ? SIDE_FILTER : SIDE_CONSUMER);
}

/* Finds the group's ends; its parts are of one name, so any of them will do. */
static void link_group(struct joins *joins, struct part_group *group)
{
	for (int side = 0; side < SIDE_BINDING; side++) {
		g_autofree char *key = end_key(group->parts->pdata[0], side);
		struct end *end = key ? g_hash_table_lookup(joins->ends[side], key) : NULL;

		group->ends[side] = end;
		if (!end)
			continue;
		end->groups++;
		for (guint i = 0; i < group->parts->len; i++) {
			const struct part *part = group->parts->pdata[i];

			if (part->core[side])
				note_latest(end, part);
		}
	}
}

static void add_sightings(GPtrArray *sightings, const struct part *part)
{
	g_ptr_array_extend(sightings, part->sightings, NULL, NULL);
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
		g_ptr_array_add(sightings, (struct part_sighting *)end->latest);
	if (is_wide && end->latest_in_place && end->latest_in_place != end->latest &&
	    !(end->latest_in_place->part->parts & WMI_PART_BINDING))
		g_ptr_array_add(sightings, (struct part_sighting *)end->latest_in_place);
	for (guint i = 0; !is_wide && i < end->parts->len; i++)
		add_sightings(sightings, end->parts->pdata[i]);
}

static void play_group(const struct part_group *group, GPtrArray *drafts)
{
	g_autoptr(GPtrArray) sightings = g_ptr_array_new();

	for (guint i = 0; i < group->parts->len; i++)
		add_sightings(sightings, group->parts->pdata[i]);
	for (int side = 0; side < SIDE_BINDING; side++) {
		if (group->ends[side])
			add_end(sightings, group->ends[side]);
	}
	lifecycle_play(sightings, drafts);
}

/* The state of a part without a partner; `latest` is the end's, or NULL. */
static enum wmi_state lone_state(const struct part_sighting *latest,
				 const struct part_sighting *last, int side)
{
	if (last->sighting->operation == WMI_DELETED)
		return WMI_STATE_DELETED;
	if (last->sighting->operation == WMI_MODIFIED)
		return WMI_STATE_MODIFIED;
	if (latest && is_after(latest, last) &&
	    !g_str_equal(latest->part->core[side], last->part->core[side]))
		return WMI_STATE_MODIFIED;
	return WMI_STATE_ACTIVE;
}

/* Its draft, of sightings in the order of their ranks: what stands in place decides its state. */
static struct draft *lone_draft(const struct end *end, struct part *part, GPtrArray *sightings,
				int side)
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
	draft = draft_new(sightings, side == SIDE_FILTER ? part : NULL,
			  side == SIDE_CONSUMER ? part : NULL, state);
	if (state == says)
		return draft;
	for (guint i = 0; i < sightings->len; i++) {
		const struct part_sighting *seen = sightings->pdata[i];

		if (is_after(seen, vouched) && lone_state(latest, seen, side) != state)
			draft_add_contradiction(draft, seen->sighting,
						lone_state(latest, seen, side));
	}
	if (last == vouched)
		draft_add_contradiction(draft, latest->sighting, says);
	return draft;
}

/* Nothing is dropped: sightings of a filter or consumer that joined nowhere stand alone. */
static void add_lone_part(const struct joins *joins, struct part *part, GPtrArray *drafts)
{
	g_autoptr(GPtrArray) sightings = g_ptr_array_new();
	int side = part->parts & WMI_PART_FILTER ? SIDE_FILTER : SIDE_CONSUMER;
	g_autofree char *key = NULL;
	const struct end *end;

	if (part->parts & WMI_PART_BINDING)
		return;
	for (guint i = 0; i < part->sightings->len; i++) {
		struct part_sighting *seen = part->sightings->pdata[i];

		if (!seen->joined)
			g_ptr_array_add(sightings, seen);
	}
	if (sightings->len == 0)
		return;
	key = end_key(part, side);
	end = key ? g_hash_table_lookup(joins->ends[side], key) : NULL;
	g_ptr_array_sort(sightings, part_sighting_compare);
	g_ptr_array_add(drafts, lone_draft(end, part, sightings, side));
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

static GPtrArray *list_sightings(const struct joiner *joiner)
{
	GPtrArray *sightings = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, joiner->parts);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		add_sightings(sightings, value);
	return sightings;
}

static void mark_in_place(struct joiner *joiner)
{
	g_autoptr(GPtrArray) sightings = list_sightings(joiner);
	GHashTableIter iter;
	gpointer value;

	in_place_mark(sightings);
	g_hash_table_iter_init(&iter, joiner->parts);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		in_place_drop_copies(((struct part *)value)->sightings);
}

static void rank_all(struct joiner *joiner)
{
	g_autoptr(GPtrArray) sightings = list_sightings(joiner);

	g_ptr_array_set_size(joiner->clock_steps, 0);
	rank_sightings(sightings, joiner->clock_steps);
}

GPtrArray *joiner_take(struct joiner *joiner)
{
	GPtrArray *drafts = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
	struct joins joins;
	GHashTableIter iter;
	gpointer value;

	mark_in_place(joiner);
	rank_all(joiner);
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
