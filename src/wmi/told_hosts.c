/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/told_hosts.h"

#include <string.h>

#include "base/text.h"
#include "wmi/stored_set.h"

struct told_hosts {
	GHashTable *full_names; /* a host's first label -> its one longer name, "" where several
				   hosts have that label */
};

static void note(struct told_hosts *hosts, const char *name)
{
	g_autofree char *full = name && strchr(name, '.') ? text_fold(name) : NULL;
	g_autofree char *label = full ? g_strndup(full, strcspn(full, ".")) : NULL;
	const char *known = full ? g_hash_table_lookup(hosts->full_names, label) : NULL;

	if (!full || (known && strcmp(known, full) == 0))
		return;
	g_hash_table_insert(hosts->full_names, g_steal_pointer(&label),
			    known ? g_strdup("") : g_steal_pointer(&full));
}

struct told_hosts *told_hosts_new(const struct stored_objects *told, const GPtrArray *subscriptions)
{
	struct told_hosts *hosts = g_new0(struct told_hosts, 1);
	const struct stored_repository *file;
	GHashTableIter files;

	hosts->full_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_iter_init(&files, told->repositories);
	while (g_hash_table_iter_next(&files, NULL, (gpointer *)&file))
		note(hosts, file->host->identity->name);
	for (guint i = 0; i < subscriptions->len; i++)
		note(hosts, ((const struct subscription *)subscriptions->pdata[i])->host);
	return hosts;
}

void told_hosts_free(struct told_hosts *hosts)
{
	g_hash_table_unref(hosts->full_names);
	g_free(hosts);
}

char *told_hosts_key(const struct told_hosts *hosts, const char *name)
{
	g_autofree char *folded = name ? text_fold(name) : NULL;
	const char *full = folded ? g_hash_table_lookup(hosts->full_names, folded) : NULL;

	return full && *full ? g_strdup(full) : g_steal_pointer(&folded);
}
