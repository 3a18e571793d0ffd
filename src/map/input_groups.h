/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_INPUT_GROUPS_H
#define WH_MAP_INPUT_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "map/input_task.h"

/*
 * Which inputs one worker process may read one after the other. Whoever wrote an input may have
 * taken over the worker that read it, and then decides what that worker says of the next: so only
 * small logs in one folder whose first records name one host stand together, a few small texts
 * that come one after the other in one folder, and what is of no kind that is read.
 */
struct input_groups;

struct input_groups *input_groups_new(void);
void input_groups_free(struct input_groups *groups);

/* The group of an input, or a new one, when it stands alone; `recovers`: there is no kind that is
 * not read. *may_unpack when it may be an archive, or hold one. */
uint64_t input_groups_find(struct input_groups *groups, const struct input *input, bool recovers,
			   bool *may_unpack);

/* The group of an input that stands alone. */
uint64_t input_groups_add(struct input_groups *groups);

#endif
