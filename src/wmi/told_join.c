/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/told.h"

#include <string.h>

#include "base/limits.h"
#include "base/order.h"
#include "base/text.h"
#include "wmi/stored_set.h"
#include "wmi/told_hosts.h"

/*
 * How it works. Objects of one host, kind and names are a group, whose newest says what it is:
 * tools leave out namespaces and classes, so these only part what is known to differ. A binding
 * with its filter and its consumer looks for subscriptions of its host that have its names and
 * content; what no binding names, for all of the host that have that filter or consumer. A MOF text
 * that says no host looks through all hosts, for the same names and content. What is not found is
 * added.
 */

/* Objects of one host, kind and names. */
struct told_group {
	struct digest key;
	GPtrArray *objects; /* struct stored_object, the newest first */
	bool is_bound;
};

struct told_match {
	struct stored_objects *told;
	GPtrArray *groups; /* struct told_group, in the order of their first objects */
	GHashTable *by_key; /* of those */
	GHashTable *subscriptions; /* digest of host and names -> list of struct subscription */
	GHashTable *identities; /* host's key -> struct host_identity */
	struct told_hosts *hosts;
	GHashTable *attached; /* struct subscription -> struct told */
	GPtrArray *added;
};

static void group_free(gpointer data)
{
	struct told_group *group = data;

	g_ptr_array_unref(group->objects);
	g_free(group);
}

static void match_init(struct told_match *match, struct stored_objects *told)
{
	GDestroyNotify unref = (GDestroyNotify)g_ptr_array_unref;

	*match = (struct told_match){
		.told = told,
		.groups = g_ptr_array_new_with_free_func(group_free),
		.by_key = g_hash_table_new(digest_hash, digest_equal),
		.subscriptions = g_hash_table_new_full(digest_hash, digest_equal, g_free, unref),
		.identities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.attached = g_hash_table_new(NULL, NULL),
		.added = g_ptr_array_new()};
}

static void match_release(struct told_match *match)
{
	g_ptr_array_unref(match->groups);
	g_hash_table_unref(match->by_key);
	g_hash_table_unref(match->subscriptions);
	g_hash_table_unref(match->identities);
	g_hash_table_unref(match->attached);
	g_ptr_array_unref(match->added);
}

static bool is_of_mof(const struct stored_object *one)
{
	return one->place.object.found_in != FOUND_IN_SNAPSHOT;
}

/* Of an unknown host are those of one folder; a MOF text stands for itself. */
static char *key_of_host(const struct told_match *match, const struct stored_object *one)
{
	const struct stored_repository *file = one->repository;

	if (file->host->identity->name)
		return told_hosts_key(match->hosts, file->host->identity->name);
	if (is_of_mof(one))
		return g_strdup_printf("/%s/%s", file->path, file->entry ? file->entry : "");
	return g_strdup_printf("/%s", file->folder);
}

static struct digest make_key(const struct told_match *match, const char *host, const char *filter,
			      const char *consumer)
{
	const char *const names[] = {host, filter, consumer};

	return stored_names_digest(match->told, NULL, names, G_N_ELEMENTS(names));
}

static struct digest key_of(const struct told_match *match, const struct stored_object *one)
{
	g_autofree char *host = key_of_host(match, one);

	if (one->kind == KIND_BINDING)
		return make_key(match, host, one->ends[0].name, one->ends[1].name);
	return make_key(match, host, one->kind == KIND_FILTER ? one->name : NULL,
			one->kind == KIND_CONSUMER ? one->name : NULL);
}

static int compare_order(gconstpointer a, gconstpointer b)
{
	const struct stored_object *one = *(const struct stored_object *const *)a;
	const struct stored_object *other = *(const struct stored_object *const *)b;
	const struct wmi_object *s = &one->place.object, *t = &other->place.object;
	int order = g_strcmp0(s->host, t->host);

	order = order ? order : g_strcmp0(s->path, t->path);
	order = order ? order : g_strcmp0(s->entry, t->entry);
	order = order ? order : g_strcmp0(s->via, t->via);
	order = order ? order : compare_numbers(s->offset, t->offset);
	order = order ? order : compare_numbers(one->kind, other->kind);
	order = order ? order : compare_numbers(s->state, t->state);
	return order ? order : g_strcmp0(one->name, other->name);
}

/* A text that deletes says nothing of content; a snapshot says more than a text that makes. */
static unsigned worth_of(const struct stored_object *one)
{
	const struct wmi_object *object = &one->place.object;

	if (object->state == OBJECT_UNDEFINED)
		return 0;
	return is_of_mof(one) ? 1 : 2 + object->has_collected;
}

static int compare_newest(gconstpointer a, gconstpointer b)
{
	const struct stored_object *one = *(const struct stored_object *const *)a;
	const struct stored_object *other = *(const struct stored_object *const *)b;
	int order = compare_numbers(worth_of(other), worth_of(one));

	return order ? order
		     : compare_numbers(other->place.object.collected, one->place.object.collected);
}

static void add_to_group(struct told_match *match, struct stored_object *one)
{
	struct digest key = key_of(match, one);
	struct told_group *group = g_hash_table_lookup(match->by_key, &key);

	if (!group) {
		group = g_new0(struct told_group, 1);
		group->key = key;
		group->objects = g_ptr_array_new();
		g_ptr_array_add(match->groups, group);
		g_hash_table_add(match->by_key, group);
	}
	g_ptr_array_add(group->objects, one);
}

static void make_groups(struct told_match *match)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();

	for (guint i = 0; i < match->told->objects->len; i++) {
		struct stored_object *one = match->told->objects->pdata[i];

		if (one->kind <= KIND_BINDING)
			g_ptr_array_add(sorted, one);
	}
	g_ptr_array_sort(sorted, compare_order);
	for (guint i = 0; i < sorted->len; i++)
		add_to_group(match, sorted->pdata[i]);
	/* Stable. */
	for (guint i = 0; i < match->groups->len; i++)
		g_ptr_array_sort(((struct told_group *)match->groups->pdata[i])->objects,
				 compare_newest);
}

static void index_under(struct told_match *match, const char *host, const char *filter,
			const char *consumer, struct subscription *one)
{
	struct digest key = make_key(match, host, filter, consumer);
	GPtrArray *list = g_hash_table_lookup(match->subscriptions, &key);

	if (!list) {
		list = g_ptr_array_new();
		g_hash_table_insert(match->subscriptions, g_memdup2(&key, sizeof(key)), list);
	}
	g_ptr_array_add(list, one);
}

/* By both names, and by each alone; of its host and, "*", of any. */
static void index_subscription(struct told_match *match, struct subscription *one)
{
	g_autofree char *host = told_hosts_key(match->hosts, one->host);
	const char *filter = one->filter ? one->filter->name : NULL;
	const char *consumer = one->consumer ? one->consumer->name : NULL;
	const char *const hosts[] = {host, "*"};

	if (host && one->identity && !g_hash_table_contains(match->identities, host))
		g_hash_table_insert(match->identities, g_strdup(host), (gpointer)one->identity);
	for (guint i = 0; i < G_N_ELEMENTS(hosts); i++) {
		if (!hosts[i])
			continue;
		if (filter && consumer)
			index_under(match, hosts[i], filter, consumer, one);
		if (filter)
			index_under(match, hosts[i], filter, NULL, one);
		if (consumer)
			index_under(match, hosts[i], NULL, consumer, one);
	}
}

static bool may_be_same(const char *a, const char *b)
{
	return !a || !b || g_ascii_strcasecmp(a, b) == 0;
}

/* __EventConsumer is what stands there where a tool says no class. */
static bool classes_fit(const char *a, const char *b)
{
	return may_be_same(a, b) || strcmp(a, "__EventConsumer") == 0 ||
	       strcmp(b, "__EventConsumer") == 0;
}

/* What a binding binds, as far as it is there. */
struct told_unit {
	const struct told_group *group; /* of the binding, or of what stands alone */
	struct told_group *filter;
	struct told_group *consumer;
	const struct stored_object *main; /* the newest of the group */
};

static const struct stored_object *newest(const struct told_group *group)
{
	return group ? group->objects->pdata[0] : NULL;
}

static const struct wmi_filter *filter_of(const struct told_unit *unit)
{
	return unit->filter ? newest(unit->filter)->filter : NULL;
}

static const struct wmi_consumer *consumer_of(const struct told_unit *unit)
{
	return unit->consumer ? newest(unit->consumer)->consumer : NULL;
}

static struct told_group *find_end(const struct told_match *match,
				   const struct stored_object *binding, bool is_consumer)
{
	g_autofree char *host = key_of_host(match, binding);
	const char *name = binding->ends[is_consumer].name;
	struct digest key =
		make_key(match, host, is_consumer ? NULL : name, is_consumer ? name : NULL);

	return name ? g_hash_table_lookup(match->by_key, &key) : NULL;
}

/* Carvers cut texts off where they like. */
static bool is_cut(const struct told_group *group)
{
	const struct wmi_object *object = group ? &newest(group)->place.object : NULL;

	return object && object->partial && object->state == OBJECT_UNKNOWN;
}

/* Autoruns calls what a consumer runs by no name of a property. */
static bool contents_fit(const struct subscription *one, const struct told_unit *unit)
{
	const struct wmi_consumer *consumer = consumer_of(unit);

	return (is_cut(unit->filter) || stored_filters_fit(one->filter, filter_of(unit))) &&
	       ((consumer && g_strcmp0(consumer->class_name, "__EventConsumer") == 0) ||
		is_cut(unit->consumer) || stored_consumers_fit(one->consumer, consumer));
}

/* Of no host, a text is of a subscription only where all that both say is the same. */
static bool is_known_whole(const struct subscription *one, const struct told_unit *unit)
{
	const struct wmi_filter *filter = filter_of(unit);
	const struct wmi_consumer *consumer = consumer_of(unit);

	return (!unit->filter || (filter->query && one->filter && one->filter->query)) &&
	       (!unit->consumer ||
		(consumer->properties && one->consumer && one->consumer->properties));
}

static bool unit_fits(const struct subscription *one, const struct told_unit *unit,
		      bool is_any_host)
{
	const struct stored_object *main = unit->main;
	const char *class_name = main->kind == KIND_BINDING    ? main->ends[1].class_name
				 : main->kind == KIND_CONSUMER ? main->place.object.class_name
							       : NULL;

	return may_be_same(one->namespace, main->namespace) &&
	       classes_fit(one->consumer ? one->consumer->class_name : NULL, class_name) &&
	       (main->place.object.state == OBJECT_UNDEFINED || contents_fit(one, unit)) &&
	       (!is_any_host || is_known_whole(one, unit));
}

static struct told *get_told(struct told_match *match, struct subscription *one)
{
	struct told *told = g_hash_table_lookup(match->attached, one);

	if (!told) {
		told = keeper_alloc(&match->told->keeper, sizeof(*told));
		g_hash_table_insert(match->attached, one, told);
		one->told = told;
	}
	return told;
}

/* The newest first, after those that are there. */
static void add_places(struct told_match *match, struct told *told, const struct told_group *group)
{
	const struct told_place **last = &told->places;

	while (*last)
		last = (const struct told_place **)&(*last)->next;
	for (guint i = 0; i < group->objects->len && told->count < WH_MAX_TOLD_PLACES;
	     i++, told->count++) {
		const struct stored_object *one = group->objects->pdata[i];
		struct told_place *place = keeper_alloc(&match->told->keeper, sizeof(*place));

		place->place = &one->place;
		*last = place;
		last = (const struct told_place **)&place->next;
	}
}

static void complete(struct subscription *one, const struct told_unit *unit)
{
	const struct wmi_filter *filter = filter_of(unit);
	const struct wmi_consumer *consumer = consumer_of(unit);

	if (filter && (!one->filter || !one->filter->query))
		one->filter = (struct wmi_filter *)filter;
	if (consumer && (!one->consumer || !one->consumer->properties))
		one->consumer = (struct wmi_consumer *)consumer;
}

/* Whether what the unit says is of the subscription as a whole, not of a part of it. */
static bool is_whole_of(const struct told_unit *unit, const struct subscription *one)
{
	return unit->main->kind == KIND_BINDING || !(one->filter && one->consumer);
}

/* The repository says that it is gone. When it was deleted is not known, only when the last session
 * began that wrote to that repository. */
static bool is_gone_from_repository(const struct subscription *one)
{
	return one->stored &&
	       (one->stored->presence == STORED_DELETED || one->stored->presence == STORED_ABSENT);
}

/* The newest sound source gives the state. */
static void apply_state(struct subscription *one, struct told *told, const struct told_unit *unit)
{
	const struct wmi_object *object = &unit->main->place.object;
	bool is_later = object->has_collected && object->collected > one->last_seen;

	if (is_of_mof(unit->main) || !is_whole_of(unit, one))
		return;
	if (object->state == OBJECT_LIVE && is_gone_from_repository(one) && object->has_collected &&
	    object->collected > one->stored->last_session)
		told->conflicts |= TOLD_ALIVE_SINCE_SESSION;
	if (object->state == OBJECT_LIVE && one->state == WMI_STATE_DELETED && one->events->len) {
		if (is_later)
			one->state = one->parts & WMI_PART_BINDING ? WMI_STATE_ACTIVE
								   : WMI_STATE_UNBOUND;
		if (is_later || !object->has_collected)
			told->conflicts |=
				is_later ? TOLD_ALIVE_AFTER_DELETION : TOLD_ALIVE_AT_SOME_TIME;
	} else if (object->state == OBJECT_DELETED && is_later &&
		   (one->state == WMI_STATE_ACTIVE || one->state == WMI_STATE_CHANGED ||
		    one->state == WMI_STATE_UNBOUND)) {
		one->state = WMI_STATE_DELETED;
		told->conflicts |= TOLD_REMOVED_SINCE;
	}
}

static bool attach(struct told_match *match, const struct told_unit *unit, const char *host)
{
	const struct stored_object *main = unit->main;
	bool is_binding = main->kind == KIND_BINDING, any = false;
	struct digest key =
		is_binding ? make_key(match, host, main->ends[0].name, main->ends[1].name)
			   : make_key(match, host, main->kind == KIND_FILTER ? main->name : NULL,
				      main->kind == KIND_CONSUMER ? main->name : NULL);
	const GPtrArray *list = g_hash_table_lookup(match->subscriptions, &key);

	for (guint i = 0; list && i < list->len; i++) {
		struct subscription *one = list->pdata[i];
		struct told *told;

		if (!unit_fits(one, unit, strcmp(host, "*") == 0))
			continue;
		any = true;
		told = get_told(match, one);
		add_places(match, told, unit->group);
		complete(one, unit);
		apply_state(one, told, unit);
	}
	return any;
}

static enum wmi_state state_of(const struct stored_object *main)
{
	switch (main->place.object.state) {
	case OBJECT_DEFINED:
		return WMI_STATE_DEFINED;
	case OBJECT_DELETED:
		return WMI_STATE_DELETED;
	default:
		return main->kind == KIND_BINDING ? WMI_STATE_ACTIVE : WMI_STATE_UNBOUND;
	}
}

static void name_ends(struct told_match *match, struct subscription *one,
		      const struct stored_object *binding)
{
	struct keeper *keeper = &match->told->keeper;

	if (!one->filter && binding->ends[0].name) {
		one->filter = keeper_alloc(keeper, sizeof(*one->filter));
		one->filter->name = binding->ends[0].name;
	}
	if (!one->consumer && binding->ends[1].class_name) {
		one->consumer = keeper_alloc(keeper, sizeof(*one->consumer));
		one->consumer->class_name = binding->ends[1].class_name;
		one->consumer->name = binding->ends[1].name;
	}
}

static void add(struct told_match *match, const struct told_unit *unit, const char *host)
{
	const struct stored_object *main = unit->main;
	const struct host_identity *known = g_hash_table_lookup(match->identities, host);
	struct subscription *one;
	struct told *told;

	/* What was to be deleted is nothing where nothing else is known of it. */
	if (main->place.object.state == OBJECT_UNDEFINED)
		return;
	one = g_new0(struct subscription, 1);
	one->identity = known ? known : main->repository->host->identity;
	one->host = one->identity->name;
	one->namespace = main->namespace;
	one->state = state_of(main);
	one->parts = (unit->filter ? WMI_PART_FILTER : 0u) |
		     (unit->consumer ? WMI_PART_CONSUMER : 0u) |
		     (main->kind == KIND_BINDING ? WMI_PART_BINDING : 0u);
	one->events = g_ptr_array_new();
	complete(one, unit);
	if (main->kind == KIND_BINDING)
		name_ends(match, one, main);
	told = get_told(match, one);
	add_places(match, told, unit->group);
	g_ptr_array_add(match->added, one);
}

static void match_unit(struct told_match *match, const struct told_unit *unit)
{
	g_autofree char *host = key_of_host(match, unit->main);
	bool has_host = unit->main->repository->host->identity->name != NULL;

	if (attach(match, unit, host) ||
	    (!has_host && is_of_mof(unit->main) && attach(match, unit, "*")))
		return;
	add(match, unit, host);
}

static void match_bindings(struct told_match *match)
{
	for (guint i = 0; i < match->groups->len; i++) {
		const struct told_group *group = match->groups->pdata[i];
		struct told_unit unit = {.group = group, .main = newest(group)};

		if (unit.main->kind != KIND_BINDING)
			continue;
		unit.filter = find_end(match, unit.main, false);
		unit.consumer = find_end(match, unit.main, true);
		if (unit.filter)
			unit.filter->is_bound = true;
		if (unit.consumer)
			unit.consumer->is_bound = true;
		match_unit(match, &unit);
	}
}

static void match_lone(struct told_match *match)
{
	for (guint i = 0; i < match->groups->len; i++) {
		struct told_group *group = match->groups->pdata[i];
		struct told_unit unit = {.group = group, .main = newest(group)};

		if (unit.main->kind == KIND_BINDING || group->is_bound)
			continue;
		unit.filter = unit.main->kind == KIND_FILTER ? group : NULL;
		unit.consumer = unit.main->kind == KIND_CONSUMER ? group : NULL;
		match_unit(match, &unit);
	}
}

/* Hosts that only these objects know. */
static guint count_further(const struct told_match *match)
{
	g_autoptr(GHashTable) hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < match->added->len; i++) {
		const struct subscription *one = match->added->pdata[i];
		g_autofree char *host = told_hosts_key(match->hosts, one->host);

		if (!host || g_hash_table_contains(match->identities, host))
			continue;
		g_hash_table_add(hosts, g_steal_pointer(&host));
	}
	return g_hash_table_size(hosts);
}

void told_objects_join(struct stored_objects *told, const struct stored_objects *logs,
		       struct host_names *names, GPtrArray *subscriptions)
{
	struct told_hosts *hosts;
	struct told_match match;

	if (told->objects->len == 0)
		return;
	if (logs) {
		g_hash_table_unref(told->places);
		told->places = g_hash_table_ref(logs->places);
	}
	stored_settle_hosts(told, names);
	match_init(&match, told);
	match.hosts = hosts = told_hosts_new(told, subscriptions);
	make_groups(&match);
	for (guint i = 0; i < subscriptions->len; i++)
		index_subscription(&match, subscriptions->pdata[i]);
	match_bindings(&match);
	match_lone(&match);
	told_find_missing(told, hosts, subscriptions);
	told->further_hosts = count_further(&match);
	stored_add_subscriptions(subscriptions, match.added);
	match_release(&match);
	told_hosts_free(hosts);
}
