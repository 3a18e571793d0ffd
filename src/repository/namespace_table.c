/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/namespace_table.h"

#include "base/limits.h"

struct namespace_entry {
	struct name_hash hash;
	char *path; /* NULL: not known */
	bool is_named;
};

static guint hash_key(gconstpointer key)
{
	return (guint)name_hash_short(key);
}

static gboolean equal_keys(gconstpointer a, gconstpointer b)
{
	return name_hash_equal(a, b);
}

static void clear_entry(gpointer data)
{
	g_free(((struct namespace_entry *)data)->path);
}

void namespace_table_init(struct namespace_table *table, bool is_xp)
{
	table->is_xp = is_xp;
	table->entries = g_array_new(FALSE, FALSE, sizeof(struct namespace_entry));
	g_array_set_clear_func(table->entries, clear_entry);
	table->numbers = g_hash_table_new_full(hash_key, equal_keys, g_free, NULL);
}

void namespace_table_release(struct namespace_table *table)
{
	g_array_unref(table->entries);
	g_hash_table_unref(table->numbers);
}

uint32_t namespace_table_add(struct namespace_table *table, const struct name_hash *hash)
{
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(table->numbers, hash));
	const struct namespace_entry entry = {.hash = *hash};

	if (number)
		return number - 1;
	if (table->entries->len >= WH_MAX_CIM_NAMESPACES)
		return UINT32_MAX;
	g_array_append_val(table->entries, entry);
	g_hash_table_insert(table->numbers, g_memdup2(hash, sizeof(*hash)),
			    GUINT_TO_POINTER(table->entries->len));
	return table->entries->len - 1;
}

bool namespace_table_name(struct namespace_table *table, const char *path, uint32_t *number)
{
	struct namespace_entry *entry;
	struct name_hash hash;
	guint found;

	name_hash_text(path, table->is_xp, &hash);
	found = GPOINTER_TO_UINT(g_hash_table_lookup(table->numbers, &hash));
	if (!found)
		return false;
	entry = &g_array_index(table->entries, struct namespace_entry, found - 1);
	if (entry->is_named)
		return false;
	g_free(entry->path);
	entry->path = g_strdup(path);
	entry->is_named = true;
	*number = found - 1;
	return true;
}

const char *namespace_table_get(struct namespace_table *table, uint32_t number)
{
	struct namespace_entry *entry;
	GString *text;

	if (number >= table->entries->len)
		return NULL;
	entry = &g_array_index(table->entries, struct namespace_entry, number);
	if (entry->path)
		return entry->path;
	text = g_string_new("NS_");
	for (size_t i = 0; i < (table->is_xp ? 16 : sizeof(entry->hash.bytes)); i++)
		g_string_append_printf(text, "%02X", entry->hash.bytes[i]);
	entry->path = g_string_free(text, FALSE);
	return entry->path;
}
