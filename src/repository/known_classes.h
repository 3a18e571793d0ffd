/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_KNOWN_CLASSES_H
#define WH_REPOSITORY_KNOWN_CLASSES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "repository/cim_block.h"

#define WH_KNOWN_CLASSES 11

/* Classes that subscriptions are made of, and are registered with, whose layout is the same in
 * every Windows from XP to 11. */
struct known_classes {
	struct arena arena;
	uint64_t hashes[WH_KNOWN_CLASSES]; /* name_hash_short() */
	const struct cim_layout *layouts[WH_KNOWN_CLASSES];
};

void known_classes_init(struct known_classes *known, bool is_xp);
void known_classes_release(struct known_classes *known);

/* NULL: it is none of them. Borrowed. */
const struct cim_layout *known_classes_find(const struct known_classes *known, uint64_t class_hash);

#endif
