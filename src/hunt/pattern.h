/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_PATTERN_H
#define WH_HUNT_PATTERN_H

#include "hunt/modifier.h"
#include "hunt/regex.h"
#include "hunt/yaml.h"

/*
 * Compiles a rule's value: `*` and `?` are wildcards where modifiers leave them so, and
 * a backslash takes their meaning, or another backslash's. NULL, with an error in
 * `lint`, when that is not possible.
 */
struct regex *pattern_load(const struct yaml_node *value, const struct modifiers *modifiers,
			   struct lint *lint);

#endif
