/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_PACKS_H
#define WH_SIGMA_PACKS_H

#include <stddef.h>
#include <stdint.h>

/* A rule file inside the program. */
struct pack_text {
	const char *name; /* "hunts/FOLDER/NAME.yml" */
	const char *text;
	size_t length;
};

/* The files that hunts/local.mk lists, from which the build makes this: the packs in the order of
 * their names, then the table of log sources. */
extern const struct pack_text hunt_pack_texts[];
extern const size_t hunt_pack_count;

/*
 * What src/hunt/pack_rules.c makes of them; NULL in that program itself. The table: a number, and
 * as many nodes (sigma/packed.h), its documents. The rules, for each pack in order: a number, and
 * as many documents, each a number: 1 for a rule or filter
 * (sigma/rule_packed.h), 0 for a node.
 */
struct packed_packs {
	const uint8_t *table;
	const uint8_t *rules;
};
extern const struct packed_packs hunt_packed;

#endif
