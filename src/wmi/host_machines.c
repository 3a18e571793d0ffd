/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/order.h"
#include "event/filetime.h"
#include "wmi/host_name_log.h"

/*
 * How it works. A name is first taken for one machine per place: a collection, or a file that
 * stands alone. In one place names are joined where a log shows that the machine was renamed
 * (host_renames.c), and a short name with the one long name that begins with it.
 *
 * Then places are joined by what their machines are called last. So machines that were set up from
 * one image, and all bore its name once, stay apart, as do two of one short name in two domains. A
 * place that has only a former name of one single machine is joined with that, if the name ends
 * there when the machine gave it up.
 */

#define DAY (24 * 60 * 60 * WH_SECOND) /* that clocks and time zones may differ by */

static int compare_roots(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const struct name_place *const *)a)->root,
		      (*(const struct name_place *const *)b)->root);
}

/* In that order what stands inside of a collection follows it at once. */
static void mark_places(struct host_names *names)
{
	g_autoptr(GPtrArray) collections = g_ptr_array_new();
	const char *outer = NULL;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, names->places);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (((struct name_place *)value)->root)
			g_ptr_array_add(collections, value);
	g_ptr_array_sort(collections, compare_roots);
	for (guint i = 0; i < collections->len; i++) {
		struct name_place *place = collections->pdata[i];

		place->in_place = !outer || !g_str_has_prefix(place->root, outer);
		if (place->in_place)
			outer = place->root;
	}
	for (guint i = 0; i < names->all->len; i++) {
		struct named_host *host = names->all->pdata[i];

		host->name->in_place |= host->place->in_place;
	}
}

/* A name of the host's own logs is not what somebody's file says. */
static bool counts(const struct named_host *host)
{
	return host->place->in_place || !host->name->in_place;
}

/* Machines by a text and maybe a place; &several where two have it. */
static const struct named_host several;

static GHashTable *claims_new(void)
{
	return g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
}

static void claim(struct host_names *names, GHashTable *claims, const void *text,
		  const struct name_place *place, struct named_host *host)
{
	struct digest key = named_host_key(names, text, place);
	struct named_host *known = g_hash_table_lookup(claims, &key);

	if (!known)
		g_hash_table_insert(claims, g_memdup2(&key, sizeof(key)), host);
	else if (known != &several && named_host_find(known) != named_host_find(host))
		g_hash_table_replace(claims, g_memdup2(&key, sizeof(key)), (gpointer)&several);
}

/* The one machine that has it, or NULL. */
static struct named_host *claimant(struct host_names *names, GHashTable *claims, const void *text,
				   const struct name_place *place)
{
	struct digest key = named_host_key(names, text, place);
	struct named_host *known = g_hash_table_lookup(claims, &key);

	return known != &several ? known : NULL;
}

/* A short name is of the one machine of its place whose long name begins with it. */
static void join_short_names(struct host_names *names)
{
	g_autoptr(GHashTable) labels = claims_new();

	for (guint i = 0; i < names->all->len; i++) {
		struct named_host *host = names->all->pdata[i];

		if (host->name->is_long)
			claim(names, labels, host->name->label, host->place, host);
	}
	for (guint i = 0; i < names->all->len; i++) {
		struct named_host *host = names->all->pdata[i];
		struct named_host *only =
			host->name->is_long
				? NULL
				: claimant(names, labels, host->name->label, host->place);

		if (only)
			named_host_join(host, only);
	}
}

static bool is_later(const struct named_host *host, const struct named_host *other)
{
	int order = compare_numbers(!host->left, !other->left);

	order = order ? order : compare_numbers(host->last, other->last);
	order = order ? order : compare_numbers(host->name->is_long, other->name->is_long);
	return (order ? order : strcmp(host->name->folded, other->name->folded)) > 0;
}

/* Of a name that is logged short and long, the long one says more. */
static bool is_longer(const struct named_host *host, const struct named_host *latest)
{
	return host->name->is_long && !host->left && host->name->label == latest->name->label &&
	       (!latest->name->is_long || is_later(host, latest));
}

/* Gives each root what its machine is called last. */
static void find_latest(struct host_names *names)
{
	for (guint i = 0; i < names->all->len; i++)
		((struct named_host *)names->all->pdata[i])->latest = NULL;
	for (int pass = 0; pass < 2; pass++) {
		for (guint i = 0; i < names->all->len; i++) {
			struct named_host *host = names->all->pdata[i];
			struct named_host *root = named_host_find(host);

			if (pass == 0 ? !root->latest || is_later(host, root->latest)
				      : is_longer(host, root->latest))
				root->latest = host;
		}
	}
}

/* Joins the roots with what `choose` says belongs to them, as all stood before. */
static void join_roots(struct host_names *names, GHashTable *claims,
		       struct named_host *(*choose)(struct host_names *names, GHashTable *claims,
						    const struct named_host *root))
{
	g_autoptr(GPtrArray) pairs = g_ptr_array_new();

	for (guint i = 0; i < names->all->len; i++) {
		struct named_host *root = names->all->pdata[i];
		struct named_host *other = NULL;

		if (root->parent == root)
			other = choose(names, claims, root);
		if (!other)
			continue;
		g_ptr_array_add(pairs, root);
		g_ptr_array_add(pairs, other);
	}
	for (guint i = 0; i < pairs->len; i += 2)
		named_host_join(pairs->pdata[i], pairs->pdata[i + 1]);
	find_latest(names);
}

static void join_equal_names(struct host_names *names)
{
	g_autoptr(GHashTable) first = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < names->all->len; i++) {
		struct named_host *root = named_host_find(names->all->pdata[i]);
		gpointer name = root->latest->name;
		struct named_host *known = g_hash_table_lookup(first, name);

		if (!known)
			g_hash_table_insert(first, name, root);
		else if (named_host_find(known) != root)
			named_host_join(root, known);
	}
	find_latest(names);
}

static struct named_host *choose_long(struct host_names *names, GHashTable *claims,
				      const struct named_host *root)
{
	const struct host_name *name = root->latest->name;

	return name->is_long ? NULL : claimant(names, claims, name->label, NULL);
}

static void join_long_names(struct host_names *names)
{
	g_autoptr(GHashTable) labels = claims_new();

	for (guint i = 0; i < names->all->len; i++) {
		struct named_host *host = names->all->pdata[i];
		/* Where the host's own logs have a long name, others do not make it two. */
		if (host->name->is_long && counts(host))
			claim(names, labels, host->name->label, NULL, host);
	}
	join_roots(names, labels, choose_long);
}

/* The machine that gave the name up, if it is not borne any longer than that. */
static struct named_host *choose_former(struct host_names *names, GHashTable *claims,
					const struct named_host *root)
{
	struct named_host *former = claimant(names, claims, root->latest->name, NULL);

	if (!former || named_host_find(former) == root || root->latest->last > former->left + DAY)
		return NULL;
	return former;
}

static void join_former_names(struct host_names *names)
{
	g_autoptr(GHashTable) formers = claims_new();

	for (guint i = 0; i < names->all->len; i++) {
		struct named_host *host = names->all->pdata[i];

		if (host->left && named_host_find(host)->latest->name != host->name)
			claim(names, formers, host->name, NULL, host);
	}
	join_roots(names, formers, choose_former);
}

static int compare_hosts(gconstpointer a, gconstpointer b)
{
	const struct named_host *one = *(const struct named_host *const *)a;
	const struct named_host *other = *(const struct named_host *const *)b;
	int order = strcmp(one->name->folded, other->name->folded);

	/* Of one name the earliest spelling comes first. */
	order = order ? order : compare_numbers(one->first, other->first);
	return order ? order : strcmp(one->spelling, other->spelling);
}

/* Former names come first. */
static int compare_ages(gconstpointer a, gconstpointer b)
{
	const struct named_host *one = *(const struct named_host *const *)a;
	const struct named_host *other = *(const struct named_host *const *)b;

	return is_later(one, other) ? 1 : -1;
}

/* Its hosts are in the order of names; the earliest spelling of each is kept. */
static void describe(struct host_identity *identity, const struct named_host *root,
		     const GPtrArray *hosts)
{
	g_autoptr(GPtrArray) different = g_ptr_array_new();
	const char *latest = NULL;

	for (guint i = 0; i < hosts->len; i++) {
		struct named_host *host = hosts->pdata[i];
		struct named_host *last =
			different->len ? different->pdata[different->len - 1] : NULL;

		if (last && last->name == host->name)
			continue;
		g_ptr_array_add(different, host);
		if (host->name == root->latest->name)
			latest = host->spelling;
	}
	identity->name = latest;
	if (different->len < 2)
		return;
	g_ptr_array_sort(different, compare_ages);
	identity->names = g_ptr_array_sized_new(different->len);
	for (guint i = 0; i < different->len; i++) {
		const struct named_host *host = different->pdata[i];

		if (host->name != root->latest->name)
			g_ptr_array_add(identity->names, (gpointer)host->spelling);
	}
	g_ptr_array_add(identity->names, (gpointer)latest);
}

static void list_identities(struct host_names *names)
{
	g_autoptr(GHashTable) members =
		g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
	GHashTableIter iter;
	gpointer key, value;

	for (guint i = 0; i < names->all->len; i++) {
		struct named_host *host = names->all->pdata[i];
		struct named_host *root = named_host_find(host);
		GPtrArray *list = g_hash_table_lookup(members, root);

		if (!list)
			g_hash_table_insert(members, root, list = g_ptr_array_new());
		g_ptr_array_add(list, host);
	}
	g_hash_table_iter_init(&iter, members);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		struct named_host *root = key;

		root->identity = host_names_alloc(names, sizeof(*root->identity));
		g_ptr_array_add(names->identities, root->identity);
		g_ptr_array_sort(value, compare_hosts);
		describe(root->identity, root, value);
	}
}

static int compare_identities(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const struct host_identity *const *)a)->name,
		      (*(const struct host_identity *const *)b)->name);
}

static int compare_notes(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void host_names_settle(struct host_names *names)
{
	mark_places(names);
	host_renames_join(names);
	join_short_names(names);
	find_latest(names);
	join_equal_names(names);
	join_long_names(names);
	join_former_names(names);
	list_identities(names);
	g_ptr_array_sort(names->identities, compare_identities);
	g_ptr_array_sort(names->notes, compare_notes);
}
