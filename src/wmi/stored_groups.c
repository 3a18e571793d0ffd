/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/stored_set.h"

#include <string.h>

#include "base/limits.h"
#include "base/order.h"
#include "wmi/fingerprint.h"

/*
 * How it works. All objects that have one key on one host are contents of one filter, consumer or
 * binding, sorted by rank: what is live in the newest repository first. A binding with the first
 * content of its filter and of its consumer is the version that counts; each further content makes
 * a further version, which is superseded. What no binding of the host names stands alone.
 */

/* The contents of one filter, consumer or binding. */
struct group {
	struct digest key;
	GPtrArray *objects; /* struct stored_object */
	bool is_bound; /* a filter or consumer that a binding names */
};

struct groups {
	struct stored_objects *stored;
	GHashTable *of_kind[KIND_BINDING + 1]; /* struct group, by its key */
	GPtrArray *versions;
};

static void group_free(gpointer data)
{
	struct group *group = data;

	g_ptr_array_unref(group->objects);
	g_free(group);
}

static unsigned rank_of(const struct stored_object *one)
{
	const struct wmi_object *object = &one->place.object;
	unsigned place = (unsigned)object->found_in;

	if (object->state == OBJECT_LIVE && one->repository == one->repository->host->newest)
		return 0;
	if (object->state == OBJECT_UNKNOWN)
		return 1;
	return 2 + (object->state == OBJECT_LIVE ? 0 : 1 + place);
}

static int compare_objects(gconstpointer a, gconstpointer b)
{
	const struct stored_object *one = *(const struct stored_object *const *)a;
	const struct stored_object *other = *(const struct stored_object *const *)b;
	const struct wmi_object *s = &one->place.object, *t = &other->place.object;
	int order = compare_numbers(one->rank, other->rank);

	order = order ? order : compare_numbers(t->checkpoint, s->checkpoint);
	order = order ? order : compare_numbers(t->session, s->session);
	order = order ? order : compare_numbers(t->sequence, s->sequence);
	order = order ? order : g_strcmp0(s->path, t->path);
	order = order ? order : g_strcmp0(s->entry, t->entry);
	order = order ? order : g_strcmp0(s->via, t->via);
	return order ? order : compare_numbers(s->offset, t->offset);
}

/* The names that its key is made of. */
static void list_names(const struct stored_object *one, const char *names[5])
{
	memset(names, 0, 5 * sizeof(*names));
	names[0] = one->namespace;
	if (one->kind == KIND_BINDING) {
		names[1] = one->ends[0].name;
		names[2] = one->ends[1].class_name;
		names[3] = one->ends[1].name;
	} else {
		names[1] = one->name;
		names[2] = one->kind == KIND_CONSUMER ? one->place.object.class_name : NULL;
	}
}

static struct group *get_group(struct groups *groups, struct stored_object *one)
{
	GHashTable *table = groups->of_kind[one->kind];
	const char *names[5];
	struct group *group;
	struct digest key;

	list_names(one, names);
	key = stored_names_digest(groups->stored, one->repository->host, names, 5);
	group = g_hash_table_lookup(table, &key);
	if (group)
		return group;
	group = g_new0(struct group, 1);
	group->key = key;
	group->objects = g_ptr_array_new();
	g_hash_table_add(table, group);
	return group;
}

/* The filter or consumer that a binding of the host names; NULL: it is not there. */
static struct group *find_end(const struct groups *groups, const struct stored_object *binding,
			      enum stored_kind kind)
{
	const struct stored_reference *end = &binding->ends[kind == KIND_CONSUMER];
	const char *names[5] = {end->namespace, end->name,
				kind == KIND_CONSUMER ? end->class_name : NULL};
	struct digest key =
		stored_names_digest(groups->stored, binding->repository->host, names, 5);

	return g_hash_table_lookup(groups->of_kind[kind], &key);
}

static char *content_of(const struct stored_object *one)
{
	if (one->kind == KIND_FILTER)
		return filter_fingerprint(one->filter);
	if (one->kind == KIND_CONSUMER)
		return consumer_fingerprint(one->consumer);
	return NULL; /* of bindings one is enough */
}

/* Sorts, and leaves one object of each content. */
static void drop_copies(struct group *group)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint kept = 0;

	g_ptr_array_sort(group->objects, compare_objects);
	for (guint i = 0; i < group->objects->len && kept < WH_MAX_STORED_VERSIONS; i++) {
		char *content = content_of(group->objects->pdata[i]);

		if (g_hash_table_add(seen, content ? content : g_strdup("")))
			group->objects->pdata[kept++] = group->objects->pdata[i];
	}
	g_ptr_array_set_size(group->objects, (gint)kept);
}

static void sort_groups(struct groups *groups)
{
	for (int kind = 0; kind <= KIND_BINDING; kind++) {
		GHashTableIter iter;
		gpointer value;

		g_hash_table_iter_init(&iter, groups->of_kind[kind]);
		while (g_hash_table_iter_next(&iter, &value, NULL))
			drop_copies(value);
	}
}

static void groups_init(struct groups *groups, struct stored_objects *stored)
{
	groups->stored = stored;
	groups->versions = g_ptr_array_new();
	for (int kind = 0; kind <= KIND_BINDING; kind++)
		groups->of_kind[kind] =
			g_hash_table_new_full(digest_hash, digest_equal, group_free, NULL);
	for (guint i = 0; i < stored->objects->len; i++) {
		struct stored_object *one = stored->objects->pdata[i];

		one->rank = rank_of(one);
		if (one->kind <= KIND_BINDING)
			g_ptr_array_add(get_group(groups, one)->objects, one);
	}
	sort_groups(groups);
}

static void groups_release(struct groups *groups)
{
	for (int kind = 0; kind <= KIND_BINDING; kind++)
		g_hash_table_unref(groups->of_kind[kind]);
}

struct digest stored_version_key(struct stored_objects *stored,
				 const struct host_identity *identity, const char *namespace,
				 const struct wmi_filter *filter,
				 const struct wmi_consumer *consumer)
{
	const char *const names[] = {namespace, filter ? filter->name : NULL,
				     consumer ? consumer->class_name : NULL,
				     consumer ? consumer->name : NULL};

	return stored_names_digest(stored, identity, names, G_N_ELEMENTS(names));
}

static void add_version(struct groups *groups, const struct stored_version *version)
{
	struct stored_version *kept = keeper_alloc(&groups->stored->keeper, sizeof(*kept));
	const struct wmi_filter filter = {.name = version->filter_name};
	const struct wmi_consumer consumer = {.class_name = version->class_name,
					      .name = version->consumer_name};

	*kept = *version;
	kept->key = stored_version_key(groups->stored, version->host->identity, version->namespace,
				       &filter, &consumer);
	g_ptr_array_add(groups->versions, kept);
}

static const struct stored_object *content_at(const struct group *group, guint index)
{
	if (!group)
		return NULL;
	return group->objects->pdata[MIN(index, group->objects->len - 1)];
}

static void add_bound(struct groups *groups, const struct stored_object *binding)
{
	struct group *filter = find_end(groups, binding, KIND_FILTER);
	struct group *consumer = find_end(groups, binding, KIND_CONSUMER);
	guint count = MAX(filter ? filter->objects->len : 1, consumer ? consumer->objects->len : 1);
	struct stored_version version = {.host = binding->repository->host,
					 .binding = binding,
					 .namespace = binding->namespace,
					 .filter_name = binding->ends[0].name,
					 .class_name = binding->ends[1].class_name,
					 .consumer_name = binding->ends[1].name};

	for (guint i = 0; i < count; i++) {
		version.filter = content_at(filter, i);
		version.consumer = content_at(consumer, i);
		version.is_superseded = i > 0;
		add_version(groups, &version);
	}
	if (filter)
		filter->is_bound = true;
	if (consumer)
		consumer->is_bound = true;
}

static void add_lone(struct groups *groups, const struct group *group)
{
	for (guint i = 0; !group->is_bound && i < group->objects->len; i++) {
		const struct stored_object *one = group->objects->pdata[i];
		bool is_filter = one->kind == KIND_FILTER;

		add_version(groups,
			    &(struct stored_version){
				    .host = one->repository->host,
				    .filter = is_filter ? one : NULL,
				    .consumer = is_filter ? NULL : one,
				    .namespace = one->namespace,
				    .filter_name = is_filter ? one->name : NULL,
				    .class_name = is_filter ? NULL : one->place.object.class_name,
				    .consumer_name = is_filter ? NULL : one->name,
				    .is_superseded = i > 0});
	}
}

/* The host's place in the order of hosts is that of its subscriptions. */
static int compare_versions(gconstpointer a, gconstpointer b)
{
	const struct stored_version *one = *(const struct stored_version *const *)a;
	const struct stored_version *other = *(const struct stored_version *const *)b;
	const struct host_identity *s = one->host->identity, *t = other->host->identity;
	int order = g_strcmp0(s->name, t->name);

	order = order ? order : compare_numbers(!one->binding, !other->binding);
	order = order ? order : g_strcmp0(one->namespace, other->namespace);
	order = order ? order : g_strcmp0(one->filter_name, other->filter_name);
	order = order ? order : g_strcmp0(one->class_name, other->class_name);
	order = order ? order : g_strcmp0(one->consumer_name, other->consumer_name);
	order = order ? order : g_strcmp0(one->host->newest->path, other->host->newest->path);
	return order ? order : g_strcmp0(one->host->newest->entry, other->host->newest->entry);
}

GPtrArray *stored_list_versions(struct stored_objects *stored)
{
	struct groups groups;
	GHashTableIter iter;
	gpointer value;

	groups_init(&groups, stored);
	g_hash_table_iter_init(&iter, groups.of_kind[KIND_BINDING]);
	while (g_hash_table_iter_next(&iter, &value, NULL))
		add_bound(&groups, ((const struct group *)value)->objects->pdata[0]);
	for (int kind = KIND_FILTER; kind <= KIND_CONSUMER; kind++) {
		g_hash_table_iter_init(&iter, groups.of_kind[kind]);
		while (g_hash_table_iter_next(&iter, &value, NULL))
			add_lone(&groups, value);
	}
	groups_release(&groups);
	/* Stable: those of one binding stay in their order. */
	g_ptr_array_sort(groups.versions, compare_versions);
	return groups.versions;
}
