/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_CLASS_TABLE_H
#define WH_REPOSITORY_CLASS_TABLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "repository/cim_block.h"
#include "repository/name_hash.h"
#include "repository/object_store.h"

/* Classes that matter to who looks for subscriptions, by what is at the top of their chain. */
enum class_role {
	CLASS_OTHER,
	CLASS_FILTER,
	CLASS_CONSUMER,
	CLASS_BINDING,
	CLASS_TIMER,
	CLASS_REGISTRATION, /* of a consumer's provider */
	CLASS_PROVIDER, /* Win32: of any kind */
	CLASS_ROLES
};

#define WH_NO_NAMESPACE UINT32_MAX

/* Where a class's definition is. */
struct class_entry {
	uint64_t class_hash; /* name_hash_short() */
	uint64_t parent_hash;
	uint32_t namespace_number;
	uint32_t page; /* logical */
	uint32_t record;
	uint32_t size;
	bool has_parent;
	uint8_t role; /* enum class_role */
};

/* The class definitions of a repository, and those laid out of late. */
struct class_table {
	struct object_store *store; /* borrowed */
	bool is_xp;
	uint32_t system_namespace; /* where system classes are; WH_NO_NAMESPACE: not known */
	GArray *entries; /* struct class_entry; by namespace and class once it is sealed */
	GArray *by_class; /* uint32_t: numbers of entries, by class; NULL until it is needed */
	GHashTable *layouts; /* number of an entry + 1 -> struct cim_layout, in the arena */
	struct arena arena;
	GByteArray *record;
};

void class_table_init(struct class_table *table, struct object_store *store, bool is_xp);
void class_table_release(struct class_table *table);

/* Adds a definition; page, record and size are a key's. */
void class_table_add(struct class_table *table, uint32_t namespace_number, uint64_t class_hash,
		     uint32_t page, uint32_t record, uint32_t size);

/* After the last: reads what each derives from, and says what role it has. */
void class_table_seal(struct class_table *table);

/* The class of that namespace, or a system class; WH_NO_NAMESPACE: of any. NULL: there is none. */
const struct class_entry *class_table_find(struct class_table *table, uint32_t namespace_number,
					   uint64_t class_hash);

/* The definitions of a class in all namespaces, by their number from 0 on; NULL after the last. */
const struct class_entry *class_table_get_by_class(struct class_table *table, uint64_t class_hash,
						   guint number);

/* How its instances are laid out, valid until the next call; NULL when that cannot be read. */
const struct cim_layout *class_table_get_layout(struct class_table *table,
						const struct class_entry *entry);

/* What a class of that name is without looking at its parents. */
enum class_role class_role_by_hash(uint64_t class_hash, bool is_xp);

#endif
