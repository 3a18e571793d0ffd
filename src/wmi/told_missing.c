/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/told.h"

#include <string.h>

#include "wmi/stored_set.h"
#include "wmi/told_hosts.h"

/*
 * Velociraptor's artifact lists all that is bound, as far as its expressions find the names, and
 * its collections say when. So what such a list of a later time lacks is gone, or hidden. A list
 * without a row says nothing, and so do one whose time is not known and one of another artifact,
 * which has what is suspicious and no namespaces.
 */

/* By the host's key: the time of its last list, borrowed. */
static GHashTable *find_lists(const struct stored_objects *told, const struct told_hosts *hosts)
{
	GHashTable *lists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < told->objects->len; i++) {
		const struct stored_object *one = told->objects->pdata[i];
		const struct wmi_object *object = &one->place.object;
		char *host;
		const uint64_t *known;

		if (one->kind != KIND_BINDING || !object->has_collected || !one->namespace ||
		    g_strcmp0(object->tool, "Velociraptor") != 0)
			continue;
		host = told_hosts_key(hosts, one->repository->host->identity->name);
		known = host ? g_hash_table_lookup(lists, host) : NULL;
		if (host && (!known || object->collected > *known))
			g_hash_table_insert(lists, host, (gpointer)&object->collected);
		else
			g_free(host);
	}
	return lists;
}

/* The artifact finds no names with a quote in them. */
static bool is_listed_by_name(const char *name)
{
	return name && !strpbrk(name, "\"\\");
}

static bool would_be_listed(const struct subscription *one)
{
	return (one->state == WMI_STATE_ACTIVE || one->state == WMI_STATE_CHANGED) &&
	       one->parts & WMI_PART_BINDING && one->filter && one->consumer &&
	       is_listed_by_name(one->filter->name) && is_listed_by_name(one->consumer->name) &&
	       g_strcmp0(one->namespace, "root\\subscription") == 0;
}

/* When it was last known to be there. */
static uint64_t last_known(const struct subscription *one)
{
	const struct stored *stored = one->stored;
	bool is_stored = stored && stored->presence == STORED_PRESENT;

	return is_stored ? MAX(one->last_seen, stored->last_session) : one->last_seen;
}

void told_find_missing(struct stored_objects *told, const struct told_hosts *hosts,
		       const GPtrArray *subscriptions)
{
	g_autoptr(GHashTable) lists = find_lists(told, hosts);

	for (guint i = 0; g_hash_table_size(lists) > 0 && i < subscriptions->len; i++) {
		struct subscription *one = subscriptions->pdata[i];
		g_autofree char *host = told_hosts_key(hosts, one->host);
		const uint64_t *time = host ? g_hash_table_lookup(lists, host) : NULL;
		struct told *mark;

		if (!time || !would_be_listed(one) || (one->told && told_has_snapshot(one->told)) ||
		    last_known(one) == 0 || last_known(one) >= *time)
			continue;
		mark = (struct told *)one->told;
		if (!mark)
			one->told = mark = keeper_alloc(&told->keeper, sizeof(*mark));
		mark->conflicts |= TOLD_MISSING_LATER;
	}
}
