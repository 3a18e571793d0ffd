/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_RULE_CLAIMS_H
#define WH_HUNT_RULE_CLAIMS_H

#include <glib.h>
#include <stdbool.h>

#include "sigma/lint.h"

/* Where an id was used, and by what; borrowed from who has it. */
struct rule_claim {
	const char *file;
	struct place place;
	const char *title;
};

/* Id in lower case → struct rule_claim. */
GHashTable *rule_claims_new(void);

/* False, with an error in `lint`, for the same rule once more; two different rules with one id are
 * both used, with a warning. An id of NULL is nobody's. Copies the claim. */
bool rule_claims_add(GHashTable *claims, const char *id, const struct rule_claim *claim,
		     struct lint *lint);

#endif
