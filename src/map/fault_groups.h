/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_FAULT_GROUPS_H
#define WH_MAP_FAULT_GROUPS_H

#include "base/fault.h"

/*
 * Joins faults of one cause and place (see enum fault_scope) into the first of them, with their
 * number. Faults of a scope wider than their place wait: those of an input until its end, those
 * of a folder until all is read.
 */
struct fault_groups;

/* `sink` is borrowed, and gets the faults. */
struct fault_groups *fault_groups_new(const struct fault_sink *sink);

/* Reports what waits. */
void fault_groups_free(struct fault_groups *groups);

void fault_groups_add(struct fault_groups *groups, const struct fault *fault);

/* An input is read: what waits for its end is reported. */
void fault_groups_end_input(struct fault_groups *groups);

#endif
