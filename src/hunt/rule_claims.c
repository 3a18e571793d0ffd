/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/rule_claims.h"

#include <string.h>

GHashTable *rule_claims_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

bool rule_claims_add(GHashTable *claims, const char *id, const struct rule_claim *claim,
		     struct lint *lint)
{
	g_autofree char *lower = id ? g_ascii_strdown(id, -1) : NULL;
	const struct rule_claim *other;

	if (!lower)
		return true;
	other = g_hash_table_lookup(claims, lower);
	if (!other) {
		g_hash_table_insert(claims, g_steal_pointer(&lower),
				    g_memdup2(claim, sizeof(*claim)));
		return true;
	}
	if (strcmp(other->title, claim->title) != 0) {
		lint_warn(lint, &claim->place, "the id %s is taken by %s:%u:%u, another rule", id,
			  other->file, other->place.line, other->place.column);
		return true;
	}
	lint_error(lint, &claim->place, "the id %s is taken by %s:%u:%u", id, other->file,
		   other->place.line, other->place.column);
	return false;
}
