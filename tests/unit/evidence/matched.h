/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_MATCHED_H
#define WH_TESTS_MATCHED_H

#include "evidence/evidence.h"
#include "sigma/match.h"

/* Adds a match of that level to what rules say of the evidence. */
static inline struct match *matched(struct evidence *evidence, enum rule_level level)
{
	struct match *match = g_new0(struct match, 1);

	match->title = "A rule";
	match->level = level;
	match->fields = match_fields_new();
	g_ptr_array_add(evidence->matches, match);
	return match;
}

#endif
