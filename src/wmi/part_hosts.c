/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/part_hosts.h"

struct settling {
	struct keeper *keeper;
	struct host_names *names;
	GHashTable *hosts; /* struct host_identity -> struct host */
	GHashTable *parts; /* digest of machine and content -> struct part */
	GPtrArray *out;
};

static struct host *get_host(struct settling *settling, const struct host_identity *identity)
{
	struct host *host = g_hash_table_lookup(settling->hosts, identity);

	if (host)
		return host;
	host = keeper_alloc(settling->keeper, sizeof(*host));
	host->spelling = keeper_copy_text(settling->keeper, identity->name);
	host->identity = identity;
	g_hash_table_insert(settling->hosts, (gpointer)identity, host);
	return host;
}

static void add_part(struct settling *settling, struct part *part)
{
	const struct {
		struct digest content;
		const struct host *host;
	} of = {part->content, part->host};
	struct digest key = secret_digest(&settling->keeper->secret, &of, sizeof(of));
	struct part *known = g_hash_table_lookup(settling->parts, &key);

	if (known) {
		part_merge(known, part);
		return;
	}
	g_hash_table_insert(settling->parts, g_memdup2(&key, sizeof(key)), part);
	g_ptr_array_add(settling->out, part);
}

static const struct host_identity *identity_of(const struct settling *settling,
					       const struct part_sighting *seen)
{
	return host_names_find(settling->names, seen->part->host->spelling, &seen->sighting.ref);
}

/* Takes the sightings of that machine out of the part, into a copy of it. */
static struct part *split(struct settling *settling, struct part *part,
			  const struct host_identity *identity)
{
	struct part *copy = keeper_alloc(settling->keeper, sizeof(*copy));
	struct part_sighting **at = &part->sightings;

	*copy = *part;
	copy->sightings = NULL;
	copy->count = 0;
	while (*at) {
		struct part_sighting *seen = *at;

		if (identity_of(settling, seen) != identity) {
			at = &seen->next;
			continue;
		}
		*at = seen->next;
		seen->next = copy->sightings;
		copy->sightings = seen;
		copy->count++;
		part->count--;
	}
	for (struct part_sighting *seen = copy->sightings; seen; seen = seen->next)
		seen->part = copy;
	copy->host = get_host(settling, identity);
	return copy;
}

static bool is_of_one_machine(const struct settling *settling, const struct part *part)
{
	const struct host_identity *first = identity_of(settling, part->sightings);

	for (const struct part_sighting *seen = part->sightings->next; seen; seen = seen->next)
		if (identity_of(settling, seen) != first)
			return false;
	return true;
}

GPtrArray *parts_by_machine(struct keeper *keeper, const GPtrArray *parts, struct host_names *names)
{
	struct settling settling = {keeper, names, .out = g_ptr_array_sized_new(parts->len)};

	settling.hosts = g_hash_table_new(NULL, NULL);
	settling.parts = g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	for (guint i = 0; i < parts->len; i++) {
		struct part *part = parts->pdata[i];

		while (!is_of_one_machine(&settling, part))
			add_part(&settling,
				 split(&settling, part, identity_of(&settling, part->sightings)));
		part->host = get_host(&settling, identity_of(&settling, part->sightings));
		add_part(&settling, part);
	}
	g_hash_table_unref(settling.hosts);
	g_hash_table_unref(settling.parts);
	return settling.out;
}
