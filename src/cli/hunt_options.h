/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_HUNT_OPTIONS_H
#define WH_CLI_HUNT_OPTIONS_H

#include <stdbool.h>

#include "sigma/match.h"

/* Reads the level of --min-level (NULL: not given). Prints what is wrong, and returns false. */
bool hunt_parse_level(const char *name, enum rule_level *out);

#endif
