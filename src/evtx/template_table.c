/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/template_table.h"

#include <string.h>

#include "evtx/binxml.h"
#include "evtx/template_shape.h"

/* What is known is kept by the GUID of the template, but that is only a hint: the shape decides
 * (evtx/template_shape.h). */

#define MOST_ALIKE 8 /* templates of one GUID and place that are kept */
#define MOST_BYTES (4u << 20) /* of all shapes */

struct table_entry {
	struct template_shape *shape;
	struct event_place place;
	void *known;
	GDestroyNotify free;
	struct table_entry *next; /* of the same key */
};

struct template_table {
	GHashTable *by_key; /* uint64_t → struct table_entry, a chain */
	GDestroyNotify free;
	size_t bytes;
};

static void free_entries(gpointer data)
{
	struct table_entry *entry = data;

	while (entry) {
		struct table_entry *next = entry->next;

		template_shape_free(entry->shape);
		if (entry->free)
			entry->free(entry->known);
		g_free(entry);
		entry = next;
	}
}

struct template_table *template_table_new(GDestroyNotify free)
{
	struct template_table *table = g_new0(struct template_table, 1);

	table->by_key = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_entries);
	table->free = free;
	return table;
}

void template_table_free(struct template_table *table)
{
	g_hash_table_unref(table->by_key);
	g_free(table);
}

void template_table_clear(struct template_table *table)
{
	g_hash_table_remove_all(table->by_key);
	table->bytes = 0;
}

bool template_table_is_full(const struct template_table *table)
{
	return table->bytes > MOST_BYTES;
}

static uint64_t make_key(const struct template_site *site)
{
	uint64_t guid[2] = {0, 0};

	if ((size_t)site->offset + BINXML_TEMPLATE_HEADER <= site->size)
		memcpy(guid, site->data + site->offset + 4, sizeof(guid));
	return guid[0] ^ guid[1] * 31 ^ (uint64_t)site->place.depth << 8 ^ site->place.section;
}

void *template_table_get(const struct template_table *table, const struct template_site *site)
{
	uint64_t key = make_key(site);
	const struct table_entry *entry = g_hash_table_lookup(table->by_key, &key);

	for (; entry; entry = entry->next)
		if (entry->place.depth == site->place.depth &&
		    entry->place.section == site->place.section &&
		    template_shape_fits(entry->shape, site->data, site->size, site->offset))
			return entry->known;
	return NULL;
}

bool template_table_add(struct template_table *table, const struct template_site *site, void *known)
{
	uint64_t key = make_key(site);
	struct table_entry *first = g_hash_table_lookup(table->by_key, &key), *entry;
	struct template_shape *shape;
	unsigned alike = 0;

	for (entry = first; entry; entry = entry->next)
		alike++;
	shape = alike < MOST_ALIKE ? template_shape_new(site->data, site->size, site->offset)
				   : NULL;
	if (!shape)
		return false;
	entry = g_new(struct table_entry, 1);
	*entry = (struct table_entry){shape, site->place, known, table->free, NULL};
	table->bytes += template_shape_size(shape);
	if (first) {
		entry->next = first->next;
		first->next = entry;
	} else {
		g_hash_table_insert(table->by_key, g_memdup2(&key, sizeof(key)), entry);
	}
	return true;
}
