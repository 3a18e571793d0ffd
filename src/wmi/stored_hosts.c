/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/stored_set.h"

#include <string.h>

#include "base/order.h"
#include "base/text.h"

/*
 * Whose repository it is. Most say so themselves (RSOP_Session.targetName); the machine is then the
 * one of that name, whichever of its names the logs have. Of several the one whose logs lie beside
 * the repository counts. A repository that does not say is of the machine whose logs were collected
 * together with it, if that is only one: in the same folder, in one up to two folders above or
 * below, or in the same archive.
 */

#define FAR_FOLDERS 2

static bool has_name(const struct host_identity *identity, const char *name)
{
	size_t label = strcspn(name, ".");

	if (!identity->name)
		return false;
	for (guint i = 0; i < (identity->names ? identity->names->len : 1); i++) {
		const char *own = identity->names ? identity->names->pdata[i] : identity->name;

		if (g_ascii_strcasecmp(own, name) == 0)
			return true;
		if (strcspn(own, ".") == label && g_ascii_strncasecmp(own, name, label) == 0 &&
		    (!own[label] || !name[label]))
			return true;
	}
	return false;
}

/* How many folders are between both, when one stands inside of the other; -1 when not. */
static int folders_between(const char *a, const char *b)
{
	const char *outer = strlen(a) < strlen(b) ? a : b, *inner = outer == a ? b : a;
	int count = 0;

	if (!g_str_has_prefix(inner, outer))
		return -1;
	for (const char *at = inner + strlen(outer); *at; at++)
		count += *at == '/';
	return count;
}

/* The less, the nearer; -1 for what is not near at all. */
static int distance(const struct stored_repository *repository, const struct log_place *place)
{
	int between = folders_between(repository->folder, place->folder);

	if (between >= 0 && between <= FAR_FOLDERS)
		return between;
	if (repository->entry && place->ref.entry &&
	    g_strcmp0(repository->path, place->ref.path) == 0)
		return FAR_FOLDERS + 1;
	return -1;
}

bool stored_is_beside(const struct stored_repository *repository, const struct log_place *place)
{
	return distance(repository, place) >= 0;
}

/* Where the logs of machines are. */
struct places {
	GPtrArray *all; /* struct log_place, sorted */
	GHashTable *by_identity; /* of those, a list for each machine */
	GHashTable *by_label; /* and for each first label of a name, folded */
	GHashTable *made; /* folded name -> a struct host_identity that no event is of */
};

/* The only machine of the nearest places; NULL: there is none, or several. `name` NULL: any. */
static const struct host_identity *
find_beside(const GPtrArray *list, const struct stored_repository *repository, const char *name)
{
	const struct host_identity *found = NULL;
	int nearest = INT_MAX;
	bool several = false;

	for (guint i = 0; list && i < list->len; i++) {
		const struct log_place *place = list->pdata[i];
		int far = distance(repository, place);

		if (far < 0 || far > nearest || (name && !has_name(place->identity, name)))
			continue;
		several = far == nearest && (several || place->identity != found);
		nearest = far;
		found = place->identity;
	}
	return several ? NULL : found;
}

/* The only machine of that name; NULL: none, or several. */
static const struct host_identity *find_named(const GPtrArray *list, const char *name)
{
	const struct host_identity *found = NULL;

	for (guint i = 0; list && i < list->len; i++) {
		const struct log_place *place = list->pdata[i];

		if (place->identity == found || !has_name(place->identity, name))
			continue;
		if (found)
			return NULL;
		found = place->identity;
	}
	return found;
}

static int compare_places(gconstpointer a, gconstpointer b)
{
	const struct log_place *one = *(const struct log_place *const *)a;
	const struct log_place *other = *(const struct log_place *const *)b;
	int order = event_ref_compare(&one->ref, &other->ref);

	return order ? order : g_strcmp0(one->host, other->host);
}

static void list_places(struct stored_objects *stored, struct host_names *names, GPtrArray *out)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, stored->places);
	while (g_hash_table_iter_next(&iter, &value, NULL)) {
		struct log_place *place = value;

		place->identity = host_names_find(names, place->host, &place->ref);
		g_ptr_array_add(out, place);
	}
	g_ptr_array_sort(out, compare_places);
}

static char *label_of(const char *name)
{
	g_autofree char *label = g_strndup(name, strcspn(name, "."));

	return text_fold(label);
}

static void add_label(struct places *places, const char *name, struct log_place *place)
{
	g_autofree char *label = label_of(name);
	GPtrArray *list = g_hash_table_lookup(places->by_label, label);

	if (!list) {
		list = g_ptr_array_new();
		g_hash_table_insert(places->by_label, g_steal_pointer(&label), list);
	}
	g_ptr_array_add(list, place);
}

static void index_place(struct places *places, struct log_place *place)
{
	const struct host_identity *identity = place->identity;
	GPtrArray *list = g_hash_table_lookup(places->by_identity, identity);

	if (!list) {
		list = g_ptr_array_new();
		g_hash_table_insert(places->by_identity, (gpointer)identity, list);
	}
	g_ptr_array_add(list, place);
	if (!identity->names && identity->name)
		add_label(places, identity->name, place);
	for (guint i = 0; identity->names && i < identity->names->len; i++)
		add_label(places, identity->names->pdata[i], place);
}

static void places_init(struct places *places, struct stored_objects *stored,
			struct host_names *names)
{
	GDestroyNotify unref = (GDestroyNotify)g_ptr_array_unref;

	places->all = g_ptr_array_new();
	places->by_identity = g_hash_table_new_full(NULL, NULL, NULL, unref);
	places->by_label = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref);
	places->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	list_places(stored, names, places->all);
	for (guint i = 0; i < places->all->len; i++)
		index_place(places, places->all->pdata[i]);
}

static void places_release(struct places *places)
{
	g_ptr_array_unref(places->all);
	g_hash_table_unref(places->by_identity);
	g_hash_table_unref(places->by_label);
	g_hash_table_unref(places->made);
}

/* A machine that no event is of; one for each name, and one for each repository without. */
static const struct host_identity *make_identity(struct stored_objects *stored,
						 struct places *places, const char *name)
{
	g_autofree char *folded = name ? text_fold(name) : NULL;
	struct host_identity *identity = name ? g_hash_table_lookup(places->made, folded) : NULL;

	if (identity)
		return identity;
	identity = keeper_alloc(&stored->keeper, sizeof(*identity));
	identity->name = name;
	stored->further_hosts++;
	if (name)
		g_hash_table_insert(places->made, g_steal_pointer(&folded), identity);
	return identity;
}

static const struct host_identity *identify(struct stored_objects *stored, struct places *places,
					    const struct stored_repository *repository,
					    enum stored_host_source *source)
{
	const char *name = repository->name;
	g_autofree char *label = name ? label_of(name) : NULL;
	const GPtrArray *list = name ? g_hash_table_lookup(places->by_label, label) : places->all;
	const struct host_identity *found = name ? find_named(list, name) : NULL;

	*source = name ? HOST_OF_TARGET_NAME : HOST_OF_COLLECTION;
	if (!found)
		found = find_beside(list, repository, name);
	if (found)
		return found;
	if (!name)
		*source = HOST_UNKNOWN;
	return make_identity(stored, places, name);
}

/* Below 0 when the first is newer. */
static int compare_repositories(const struct stored_repository *a,
				const struct stored_repository *b)
{
	int order = compare_numbers(a->is_old, b->is_old);

	order = order ? order : compare_numbers(b->last_session, a->last_session);
	order = order ? order : g_strcmp0(a->path, b->path);
	order = order ? order : g_strcmp0(a->entry, b->entry);
	return order ? order : g_strcmp0(a->via, b->via);
}

static void note_times(uint64_t *first, uint64_t time)
{
	if (time && (!*first || time < *first))
		*first = time;
}

static struct stored_host *get_host(struct stored_objects *stored, const struct places *places,
				    const struct host_identity *identity)
{
	struct stored_host *host = g_hash_table_lookup(stored->hosts, identity);
	GPtrArray *list = g_hash_table_lookup(places->by_identity, identity);

	if (host)
		return host;
	host = keeper_alloc(&stored->keeper, sizeof(*host));
	host->identity = identity;
	host->places = list ? g_ptr_array_ref(list) : g_ptr_array_new();
	for (guint i = 0; i < host->places->len; i++) {
		const struct log_place *place = host->places->pdata[i];

		note_times(&host->first_activity, place->first_activity);
		note_times(&host->first_sysmon, place->first_sysmon);
		host->last_registered = MAX(host->last_registered, place->last_registered);
	}
	g_hash_table_insert(stored->hosts, (gpointer)identity, host);
	return host;
}

static int compare_by_age(gconstpointer a, gconstpointer b)
{
	return compare_repositories(*(const struct stored_repository *const *)a,
				    *(const struct stored_repository *const *)b);
}

static GPtrArray *list_repositories(const struct stored_objects *stored)
{
	GPtrArray *list = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, stored->repositories);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_ptr_array_add(list, value);
	g_ptr_array_sort(list, compare_by_age);
	return list;
}

void stored_settle_hosts(struct stored_objects *stored, struct host_names *names)
{
	g_autoptr(GPtrArray) repositories = list_repositories(stored);
	struct places places;

	places_init(&places, stored, names);
	for (guint i = 0; i < repositories->len; i++) {
		struct stored_repository *repository = repositories->pdata[i];
		enum stored_host_source source;
		struct stored_host *host =
			get_host(stored, &places, identify(stored, &places, repository, &source));

		repository->host = host;
		if (host->newest)
			continue;
		host->newest = repository;
		host->source = source;
	}
	places_release(&places);
}
