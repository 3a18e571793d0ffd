/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/class_table.h"

#include <string.h>

#include "base/limits.h"
#include "base/order.h"
#include "base/text.h"

static const char *const role_classes[CLASS_ROLES] = {
	[CLASS_FILTER] = "__EventFilter",
	[CLASS_CONSUMER] = "__EventConsumer",
	[CLASS_BINDING] = "__FilterToConsumerBinding",
	[CLASS_TIMER] = "__TimerInstruction",
	[CLASS_REGISTRATION] = "__EventConsumerProviderRegistration",
	[CLASS_PROVIDER] = "__Win32Provider",
};

enum class_role class_role_by_hash(uint64_t class_hash, bool is_xp)
{
	for (int i = CLASS_OTHER + 1; i < CLASS_ROLES; i++) {
		struct name_hash hash;

		name_hash_text(role_classes[i], is_xp, &hash);
		if (name_hash_short(&hash) == class_hash)
			return (enum class_role)i;
	}
	return CLASS_OTHER;
}

void class_table_init(struct class_table *table, struct object_store *store, bool is_xp)
{
	*table = (struct class_table){
		.store = store, .is_xp = is_xp, .system_namespace = WH_NO_NAMESPACE};
	table->entries = g_array_new(FALSE, FALSE, sizeof(struct class_entry));
	table->layouts = g_hash_table_new(NULL, NULL);
	table->record = g_byte_array_new();
	arena_init(&table->arena);
}

void class_table_release(struct class_table *table)
{
	g_array_unref(table->entries);
	g_clear_pointer(&table->by_class, g_array_unref);
	g_hash_table_unref(table->layouts);
	g_byte_array_unref(table->record);
	arena_release(&table->arena);
}

void class_table_add(struct class_table *table, uint32_t namespace_number, uint64_t class_hash,
		     uint32_t page, uint32_t record, uint32_t size)
{
	const struct class_entry entry = {.namespace_number = namespace_number,
					  .class_hash = class_hash,
					  .page = page,
					  .record = record,
					  .size = size};

	g_array_append_val(table->entries, entry);
}

static const struct class_entry *get(const struct class_table *table, guint number)
{
	return &g_array_index(table->entries, struct class_entry, number);
}

static int by_page(gconstpointer a, gconstpointer b)
{
	const struct class_entry *first = a, *second = b;

	return compare_numbers(first->page, second->page);
}

static int by_name(gconstpointer a, gconstpointer b)
{
	const struct class_entry *first = a, *second = b;

	return first->namespace_number != second->namespace_number
		       ? compare_numbers(first->namespace_number, second->namespace_number)
		       : compare_numbers(first->class_hash, second->class_hash);
}

static bool read_record(struct class_table *table, const struct class_entry *entry,
			struct cim_class_record *out)
{
	uint64_t offset;

	return object_store_read(table->store, entry->page, entry->record, entry->size,
				 table->record, &offset) != OBJECT_ABSENT &&
	       cim_class_record_read(table->record->data, table->record->len, out);
}

static void read_parent(struct class_table *table, struct class_entry *entry)
{
	struct cim_class_record record;
	g_autoptr(GString) name = NULL;
	struct name_hash hash;

	if (!read_record(table, entry, &record) || record.parent_units == 0)
		return;
	name = g_string_sized_new(record.parent_units);
	text_append_utf16le(name, record.parent, record.parent_units);
	name_hash_text(name->str, table->is_xp, &hash);
	entry->parent_hash = name_hash_short(&hash);
	entry->has_parent = true;
}

/* The first of the chain that has a role decides. */
static enum class_role find_role(struct class_table *table, const struct class_entry *entry,
				 const uint64_t *roles)
{
	uint64_t class_hash = entry->class_hash;

	for (unsigned depth = 0; depth < WH_MAX_CIM_CHAIN; depth++) {
		for (int i = CLASS_OTHER + 1; i < CLASS_ROLES; i++)
			if (class_hash == roles[i])
				return (enum class_role)i;
		if (!entry || !entry->has_parent)
			break;
		class_hash = entry->parent_hash;
		entry = class_table_find(table, entry->namespace_number, class_hash);
	}
	return CLASS_OTHER;
}

/* Of two definitions of one name, which only damage makes, the one on the earlier page comes first.
 */
static int by_name_and_page(gconstpointer a, gconstpointer b)
{
	int order = by_name(a, b);

	return order ? order : by_page(a, b);
}

void class_table_seal(struct class_table *table)
{
	uint64_t roles[CLASS_ROLES] = {0};

	for (int i = CLASS_OTHER + 1; i < CLASS_ROLES; i++) {
		struct name_hash hash;

		name_hash_text(role_classes[i], table->is_xp, &hash);
		roles[i] = name_hash_short(&hash);
	}
	g_array_sort(table->entries, by_page);
	for (guint i = 0; i < table->entries->len; i++)
		read_parent(table, &g_array_index(table->entries, struct class_entry, i));
	g_array_sort(table->entries, by_name_and_page);
	for (guint i = 0; i < table->entries->len; i++) {
		struct class_entry *entry = &g_array_index(table->entries, struct class_entry, i);

		entry->role = find_role(table, entry, roles);
	}
}

static const struct class_entry *find_in(const struct class_table *table, uint32_t namespace_number,
					 uint64_t class_hash)
{
	const struct class_entry key = {.namespace_number = namespace_number,
					.class_hash = class_hash};

	if (table->entries->len == 0)
		return NULL;
	return bsearch(&key, table->entries->data, table->entries->len, sizeof(key), by_name);
}

static int by_class(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct class_table *table = data;
	const struct class_entry *first = get(table, *(const uint32_t *)a);
	const struct class_entry *second = get(table, *(const uint32_t *)b);

	return first->class_hash != second->class_hash
		       ? compare_numbers(first->class_hash, second->class_hash)
		       : compare_numbers(*(const uint32_t *)a, *(const uint32_t *)b);
}

/* Where entries of the class begin among those by class. */
static guint find_first(struct class_table *table, uint64_t class_hash)
{
	guint low = 0, high = table->entries->len;

	if (!table->by_class) {
		table->by_class = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), high);
		for (uint32_t i = 0; i < high; i++)
			g_array_append_val(table->by_class, i);
		g_array_sort_with_data(table->by_class, by_class, table);
	}
	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (get(table, g_array_index(table->by_class, uint32_t, middle))->class_hash <
		    class_hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct class_entry *class_table_get_by_class(struct class_table *table, uint64_t class_hash,
						   guint number)
{
	guint place = find_first(table, class_hash);
	const struct class_entry *entry =
		number < table->by_class->len - place
			? get(table, g_array_index(table->by_class, uint32_t, place + number))
			: NULL;

	return entry && entry->class_hash == class_hash ? entry : NULL;
}

const struct class_entry *class_table_find(struct class_table *table, uint32_t namespace_number,
					   uint64_t class_hash)
{
	const struct class_entry *entry = find_in(table, namespace_number, class_hash);

	if (!entry && table->system_namespace != WH_NO_NAMESPACE)
		entry = find_in(table, table->system_namespace, class_hash);
	if (!entry && namespace_number == WH_NO_NAMESPACE)
		entry = class_table_get_by_class(table, class_hash, 0);
	return entry;
}

static struct cim_layout *lay_out(struct class_table *table, const struct class_entry *entry,
				  unsigned depth)
{
	const gpointer number = GUINT_TO_POINTER(
		(guint)(entry - (const struct class_entry *)(void *)table->entries->data) + 1);
	struct cim_decoding decoding = {.arena = &table->arena, .budget = WH_MAX_CIM_COST};
	struct cim_layout *layout = g_hash_table_lookup(table->layouts, number), *parent = NULL;
	const struct class_entry *above = NULL;
	struct cim_class_record record;
	struct cim_class_part part;

	if (layout || depth > WH_MAX_CIM_CHAIN)
		return layout;
	if (entry->has_parent)
		above = class_table_find(table, entry->namespace_number, entry->parent_hash);
	if (above)
		parent = lay_out(table, above, depth + 1);
	if (!read_record(table, entry, &record) ||
	    !cim_class_part_read(record.part, record.part_size, &part))
		return NULL;
	layout = cim_layout_new(&part, parent, &decoding);
	if (!layout)
		return NULL;
	layout->is_damaged |= entry->has_parent && !parent;
	if (entry->has_parent && !parent) {
		g_autoptr(GString) name = g_string_new(NULL);

		text_append_utf16le(name, record.parent, record.parent_units);
		layout->parent_name = arena_copy(&table->arena, name->str, name->len);
	} else if (parent) {
		layout->parent_name = parent->name;
	}
	g_hash_table_insert(table->layouts, number, layout);
	return layout;
}

const struct cim_layout *class_table_get_layout(struct class_table *table,
						const struct class_entry *entry)
{
	if (arena_get_size(&table->arena) > WH_MAX_CIM_LAYOUTS) {
		g_hash_table_remove_all(table->layouts);
		arena_clear(&table->arena);
	}
	return lay_out(table, entry, 0);
}
