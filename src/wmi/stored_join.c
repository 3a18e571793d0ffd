/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/stored_set.h"

#include <string.h>

#include "base/limits.h"
#include "base/order.h"
#include "base/text.h"
#include "wmi/fingerprint.h"
#include "wmi/digest.h"
#include "wmi/stored_conflicts.h"

/*
 * How it works. Each version of the repository (stored_groups.c) looks for a subscription of the
 * logs with its names and its content: queries and what runs are compared without white space and
 * case, as logs and exports do not keep these. Found, the two are one; what the logs do not know,
 * the repository adds. Else filters and consumers that the logs know alone are taken into it; and
 * with no trace in the logs it is a subscription without sightings. What is left of the logs then
 * is absent from the repository, if that could say what is live.
 */

struct join {
	struct stored_objects *stored;
	struct stored_beside *beside;
	GPtrArray *subscriptions;
	GHashTable *by_names; /* digest of host and names -> list of struct subscription */
	GHashTable *lone; /* so: those that are no binding */
	GHashTable *held; /* digest of host and names -> struct stored of what binds them */
	GHashTable *taken; /* subscriptions that became part of another */
	GPtrArray *added;
	guint room; /* left of WH_MAX_FAN_OUT: what is taken into others */
};

static void add_to_list(GHashTable *lists, const struct digest *key, struct subscription *one)
{
	GPtrArray *list = g_hash_table_lookup(lists, key);

	if (!list) {
		list = g_ptr_array_new();
		g_hash_table_insert(lists, g_memdup2(key, sizeof(*key)), list);
	}
	g_ptr_array_add(list, one);
}

static GHashTable *lists_new(void)
{
	return g_hash_table_new_full(digest_hash, digest_equal, g_free,
				     (GDestroyNotify)g_ptr_array_unref);
}

static void join_init(struct join *join, struct stored_objects *stored, GPtrArray *subscriptions)
{
	*join = (struct join){.stored = stored,
			      .beside = stored_beside_new(stored),
			      .subscriptions = subscriptions,
			      .by_names = lists_new(),
			      .lone = lists_new(),
			      .held = g_hash_table_new(digest_hash, digest_equal),
			      .taken = g_hash_table_new(NULL, NULL),
			      .added = g_ptr_array_new(),
			      .room = WH_MAX_FAN_OUT};
	for (guint i = 0; i < subscriptions->len; i++) {
		struct subscription *one = subscriptions->pdata[i];
		bool is_bound = (one->parts & WMI_PART_BINDING) != 0;
		struct digest key;

		if (!g_hash_table_contains(stored->hosts, one->identity))
			continue;
		key = stored_version_key(stored, one->identity, one->namespace, one->filter,
					 one->consumer);
		add_to_list(is_bound ? join->by_names : join->lone, &key, one);
	}
}

static void join_release(struct join *join)
{
	stored_beside_free(join->beside);
	g_hash_table_unref(join->by_names);
	g_hash_table_unref(join->lone);
	g_hash_table_unref(join->held);
	g_hash_table_unref(join->taken);
	g_ptr_array_unref(join->added);
}

static bool texts_fit(const char *a, const char *b)
{
	g_autoptr(GString) one = g_string_new(NULL);
	g_autoptr(GString) other = g_string_new(NULL);
	g_autofree char *folded = text_fold(a ? a : "");
	g_autofree char *other_folded = text_fold(b ? b : "");

	text_append_squeezed(one, folded);
	text_append_squeezed(other, other_folded);
	return g_string_equal(one, other);
}

bool stored_filters_fit(const struct wmi_filter *a, const struct wmi_filter *b)
{
	if (!a || !b || !a->query || !b->query)
		return true;
	return texts_fit(a->query, b->query) && (!a->event_namespace || !b->event_namespace ||
						 texts_fit(a->event_namespace, b->event_namespace));
}

static char *core_of(const struct wmi_consumer *consumer)
{
	g_autoptr(GString) form = g_string_new(NULL);

	consumer_append_core(consumer, form);
	return g_string_free(g_steal_pointer(&form), FALSE);
}

bool stored_consumers_fit(const struct wmi_consumer *a, const struct wmi_consumer *b)
{
	g_autofree char *one = NULL;
	g_autofree char *other = NULL;

	if (!a || !b || !a->properties || !b->properties)
		return true;
	one = consumer_fingerprint(a);
	other = consumer_fingerprint(b);
	if (strcmp(one, other) == 0)
		return true;
	g_clear_pointer(&one, g_free);
	g_clear_pointer(&other, g_free);
	one = core_of(a);
	other = core_of(b);
	return texts_fit(one, other);
}

static bool fits(const struct subscription *one, const struct stored_version *version)
{
	const struct wmi_filter *filter = version->filter ? version->filter->filter : NULL;
	const struct wmi_consumer *consumer =
		version->consumer ? version->consumer->consumer : NULL;

	return one->incomplete || (stored_filters_fit(one->filter, filter) &&
				   stored_consumers_fit(one->consumer, consumer));
}

/* Of those that fit the last that was seen; none that a version has already. */
static struct subscription *find_logged(const struct join *join,
					const struct stored_version *version)
{
	const GPtrArray *list =
		g_hash_table_lookup(version->binding ? join->by_names : join->lone, &version->key);
	struct subscription *best = NULL;

	for (guint i = 0; list && i < list->len; i++) {
		struct subscription *one = list->pdata[i];

		if (!one->stored && fits(one, version) &&
		    (!best || one->last_seen >= best->last_seen))
			best = one;
	}
	return best;
}

static bool is_live(const struct stored_object *object)
{
	return !object || object->rank == 0;
}

static bool is_unknown(const struct stored_object *object)
{
	return object && object->place.object.state == OBJECT_UNKNOWN;
}

static enum stored_presence presence_of(const struct stored_version *version)
{
	if (version->is_superseded)
		return STORED_DELETED;
	if (is_unknown(version->binding	 ? version->binding
		       : version->filter ? version->filter
					 : version->consumer))
		return STORED_UNKNOWN;
	return is_live(version->binding) && is_live(version->filter) && is_live(version->consumer)
		       ? STORED_PRESENT
		       : STORED_DELETED;
}

/* The binding says when; where a content was replaced, the content that was there. */
static const struct stored_object *main_object(const struct stored_version *version)
{
	const struct stored_object *const ends[] = {version->filter, version->consumer};

	for (guint i = 0; version->is_superseded && i < G_N_ELEMENTS(ends); i++)
		if (ends[i] && ends[i]->rank > 0)
			return ends[i];
	if (version->binding)
		return version->binding;
	return version->filter ? version->filter : version->consumer;
}

static struct stored *describe(const struct join *join, const struct stored_version *version)
{
	struct stored *out = keeper_alloc(&join->stored->keeper, sizeof(*out));
	const struct stored_object *const objects[] = {version->filter, version->consumer,
						       version->binding};
	const struct wmi_object *object = &main_object(version)->place.object;
	guint count = 0;

	out->presence = presence_of(version);
	out->host_source = version->host->source;
	out->has_session = object->has_session;
	out->session = object->session;
	out->sequence = object->sequence;
	out->last_session = version->host->newest->last_session;
	for (guint i = 0; i < G_N_ELEMENTS(objects); i++)
		if (objects[i])
			out->places[count++] = &objects[i]->place;
	stored_beside_fill(join->beside, version, out);
	return out;
}

static bool is_whole(const struct subscription *one)
{
	for (guint i = 0; i < one->events->len; i++)
		if (((const struct sighting *)one->events->pdata[i])->operation == WMI_REGISTERED)
			return !one->incomplete;
	return false;
}

/* What Sysmon logs is part of what there is. */
static void complete(struct subscription *one, const struct stored_version *version)
{
	bool whole = is_whole(one);

	if (version->filter && (!one->filter || !one->filter->query || !whole))
		one->filter = version->filter->filter;
	if (version->consumer && (!one->consumer || !one->consumer->properties || !whole))
		one->consumer = version->consumer->consumer;
	one->parts |= (version->filter ? WMI_PART_FILTER : 0u) |
		      (version->consumer ? WMI_PART_CONSUMER : 0u);
	if (version->filter && version->consumer)
		one->incomplete = false;
}

static enum wmi_state state_of(const struct stored_version *version, enum stored_presence presence)
{
	if (version->is_superseded)
		return WMI_STATE_SUPERSEDED;
	if (presence == STORED_DELETED)
		return WMI_STATE_DELETED;
	return version->binding ? WMI_STATE_ACTIVE : WMI_STATE_UNBOUND;
}

static struct subscription *make_subscription(const struct join *join,
					      const struct stored_version *version,
					      const struct stored *stored)
{
	struct subscription *one = g_new0(struct subscription, 1);
	struct keeper *keeper = &join->stored->keeper;

	one->identity = version->host->identity;
	one->host = one->identity->name;
	one->namespace = version->namespace;
	one->filter = version->filter ? version->filter->filter : NULL;
	one->consumer = version->consumer ? version->consumer->consumer : NULL;
	if (!one->filter && version->filter_name) {
		one->filter = keeper_alloc(keeper, sizeof(*one->filter));
		one->filter->name = version->filter_name;
	}
	if (!one->consumer && version->class_name) {
		one->consumer = keeper_alloc(keeper, sizeof(*one->consumer));
		one->consumer->class_name = version->class_name;
		one->consumer->name = version->consumer_name;
	}
	one->state = state_of(version, stored->presence);
	one->parts = (version->filter ? WMI_PART_FILTER : 0u) |
		     (version->consumer ? WMI_PART_CONSUMER : 0u) |
		     (version->binding ? WMI_PART_BINDING : 0u);
	one->events = g_ptr_array_new();
	return one;
}

static int compare_sightings(gconstpointer a, gconstpointer b)
{
	return sighting_compare(*(const struct sighting *const *)a,
				*(const struct sighting *const *)b);
}

/* Takes the sightings of what the logs know alone. */
static void absorb(struct join *join, struct subscription *into,
		   const struct stored_version *version, const struct wmi_filter *filter,
		   const struct wmi_consumer *consumer)
{
	struct digest key = stored_version_key(join->stored, version->host->identity,
					       version->namespace, filter, consumer);
	const GPtrArray *list = g_hash_table_lookup(join->lone, &key);

	for (guint i = 0; list && i < list->len && join->room > 0; i++) {
		struct subscription *one = list->pdata[i];

		join->room -= MIN(join->room, 1 + one->events->len);
		if (!fits(one, version))
			continue;
		g_ptr_array_extend(into->events, one->events, NULL, NULL);
		if (one->first_seen && (!into->first_seen || one->first_seen < into->first_seen))
			into->first_seen = one->first_seen;
		into->last_seen = MAX(into->last_seen, one->last_seen);
		g_hash_table_add(join->taken, one);
	}
}

static void add_subscription(struct join *join, const struct stored_version *version,
			     struct stored *stored)
{
	struct subscription *one = make_subscription(join, version, stored);

	if (version->binding && !version->is_superseded) {
		absorb(join, one, version, one->filter, NULL);
		absorb(join, one, version, NULL, one->consumer);
		g_ptr_array_sort(one->events, compare_sightings);
	}
	one->stored = stored;
	g_ptr_array_add(join->added, one);
	stored_find_conflicts(version->host, one, stored);
}

/* A class that keeps a text for those who look it up there, as what is hidden so is. */
static void add_class(struct join *join, const struct stored_object *object)
{
	struct keeper *keeper = &join->stored->keeper;
	struct stored *stored = keeper_alloc(keeper, sizeof(*stored));
	struct stored_class *class = keeper_alloc(keeper, sizeof(*class));
	const struct stored_host *host = object->repository->host;
	struct subscription *one = g_new0(struct subscription, 1);

	*class = (struct stored_class){object->name, object->texts[0], object->texts[1]};
	stored->presence = STORED_PRESENT;
	stored->host_source = host->source;
	stored->has_session = object->place.object.has_session;
	stored->session = object->place.object.session;
	stored->sequence = object->place.object.sequence;
	stored->class = class;
	stored->places[0] = &object->place;
	one->identity = host->identity;
	one->host = host->identity->name;
	one->namespace = object->namespace;
	one->state = WMI_STATE_UNBOUND;
	one->events = g_ptr_array_new();
	one->stored = stored;
	g_ptr_array_add(join->added, one);
}

static int compare_classes(gconstpointer a, gconstpointer b)
{
	const struct stored_object *one = *(const struct stored_object *const *)a;
	const struct stored_object *other = *(const struct stored_object *const *)b;
	int order = g_strcmp0(one->namespace, other->namespace);

	order = order ? order : g_strcmp0(one->name, other->name);
	order = order ? order : g_strcmp0(one->place.object.path, other->place.object.path);
	order = order ? order : g_strcmp0(one->place.object.entry, other->place.object.entry);
	return order ? order
		     : compare_numbers(one->place.object.offset, other->place.object.offset);
}

static void add_classes(struct join *join)
{
	g_autoptr(GPtrArray) classes = g_ptr_array_new();

	for (guint i = 0; i < join->stored->objects->len; i++) {
		struct stored_object *one = join->stored->objects->pdata[i];

		if (one->kind == KIND_CLASS && one->rank == 0 && one->texts[1])
			g_ptr_array_add(classes, one);
	}
	g_ptr_array_sort(classes, compare_classes);
	for (guint i = 0; i < classes->len; i++)
		add_class(join, classes->pdata[i]);
}

static void join_version(struct join *join, const struct stored_version *version)
{
	struct subscription *one = find_logged(join, version);
	struct stored *stored = describe(join, version);

	if (version->binding && !version->is_superseded)
		g_hash_table_insert(join->held, (gpointer)&version->key, stored);
	if (!one) {
		add_subscription(join, version, stored);
		return;
	}
	complete(one, version);
	one->stored = stored;
	stored_find_conflicts(version->host, one, stored);
}

/* What no version of the repository fits. */
static void join_absent(const struct join *join, struct subscription *one)
{
	struct stored_host *host = g_hash_table_lookup(join->stored->hosts, one->identity);
	struct stored *stored, *other;
	struct digest key;

	if (!host || one->stored || !host->newest->has_live)
		return;
	key = stored_version_key(join->stored, one->identity, one->namespace, one->filter,
				 one->consumer);
	stored = keeper_alloc(&join->stored->keeper, sizeof(*stored));
	stored->presence = STORED_ABSENT;
	stored->host_source = host->source;
	stored->last_session = host->newest->last_session;
	one->stored = stored;
	stored_find_conflicts(host, one, stored);
	other = g_hash_table_lookup(join->held, &key);
	if (!other || !(stored->conflicts & CONFLICT_REMOVED_SINCE))
		return;
	stored->conflicts ^= CONFLICT_REMOVED_SINCE | CONFLICT_REPLACED_SINCE;
	if (other->presence == STORED_PRESENT)
		other->conflicts |= CONFLICT_REPLACED_SINCE;
}

static int compare_hosts(gconstpointer a, gconstpointer b)
{
	const struct subscription *one = *(const struct subscription *const *)a;
	const struct subscription *other = *(const struct subscription *const *)b;
	int order = g_strcmp0(one->host, other->host);

	return order ? order : compare_numbers(one->events->len == 0, other->events->len == 0);
}

void stored_add_subscriptions(GPtrArray *all, GPtrArray *added)
{
	g_ptr_array_extend(all, added, NULL, NULL);
	/* Stable. */
	g_ptr_array_sort(all, compare_hosts);
}

/* Puts in what is new, takes out what became part of it. */
static void rearrange(struct join *join)
{
	GPtrArray *all = join->subscriptions;
	guint kept = 0;

	for (guint i = 0; i < all->len; i++) {
		struct subscription *one = all->pdata[i];

		if (g_hash_table_contains(join->taken, one))
			subscription_free(one);
		else
			all->pdata[kept++] = one;
		if (kept <= i)
			all->pdata[i] = NULL;
	}
	g_ptr_array_set_size(all, (gint)kept);
	stored_add_subscriptions(all, join->added);
}

void stored_objects_join(struct stored_objects *stored, struct host_names *names,
			 GPtrArray *subscriptions)
{
	g_autoptr(GPtrArray) versions = NULL;
	struct join join;

	if (stored->objects->len == 0)
		return;
	stored_settle_hosts(stored, names);
	versions = stored_list_versions(stored);
	join_init(&join, stored, subscriptions);
	for (guint i = 0; i < versions->len; i++)
		join_version(&join, versions->pdata[i]);
	for (guint i = 0; i < subscriptions->len; i++)
		if (!g_hash_table_contains(join.taken, subscriptions->pdata[i]))
			join_absent(&join, subscriptions->pdata[i]);
	add_classes(&join);
	rearrange(&join);
	join_release(&join);
}
