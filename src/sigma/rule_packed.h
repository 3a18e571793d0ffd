/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_RULE_PACKED_H
#define WH_SIGMA_RULE_PACKED_H

#include "sigma/packed.h"
#include "sigma/rule_wants.h"

/*
 * Appends a rule or filter, loaded from `document` without an error or a placeholder, and what it
 * wants (struct rule_want, of rule_wants_add()).
 */
void rule_pack(GByteArray *out, const struct rule *rule, const struct yaml_node *document,
	       const GPtrArray *wants);

/*
 * Reads what rule_pack() wrote, and moves *at after it: the rule, the caller's to free, and what it
 * wants, added to `wants` (struct rule_want, each the caller's to free). The log sources must be
 * those of the program's own table. What the rule finds is read when it is first asked for.
 */
struct rule *rule_unpack(const uint8_t **at, struct log_sources *sources, struct lint *lint,
			 GPtrArray *wants);

#endif
