/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_NAMESPACE_TABLE_H
#define WH_REPOSITORY_NAMESPACE_TABLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "repository/name_hash.h"

/* Namespaces by their hashes, and their paths as far as they are known. */
struct namespace_table {
	GArray *entries; /* struct namespace_entry */
	GHashTable *numbers; /* hash -> number + 1 */
	bool is_xp;
};

void namespace_table_init(struct namespace_table *table, bool is_xp);
void namespace_table_release(struct namespace_table *table);

/* The number of a namespace, which is added when it is new; UINT32_MAX when there are too many. */
uint32_t namespace_table_add(struct namespace_table *table, const struct name_hash *hash);

/* Says that there may be a namespace of that path; true, with *number, when it is in the table and
 * had no path so far. */
bool namespace_table_name(struct namespace_table *table, const char *path, uint32_t *number);

/* Its path; for one that nothing names "NS_" and the digits of its hash; NULL for UINT32_MAX.
 * Borrowed. */
const char *namespace_table_get(struct namespace_table *table, uint32_t number);

#endif
