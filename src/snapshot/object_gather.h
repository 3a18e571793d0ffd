/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SNAPSHOT_OBJECT_GATHER_H
#define WH_SNAPSHOT_OBJECT_GATHER_H

#include <stdbool.h>
#include <stddef.h>

#include "repository/wmi_object.h"

/*
 * Objects of one file that a tool may have written several times, once for each namespace: one of
 * all that are the same but for that, with a namespace only where all have it. They keep the order
 * of the first of each, and its offset.
 */
struct object_gather;

struct object_gather *object_gather_new(void);

/* Adds a copy. */
void object_gather_add(struct object_gather *gather, const struct wmi_object *object);

/* Bytes held, about. */
size_t object_gather_get_size(const struct object_gather *gather);

/* Gives all, whose paths and entries are these (borrowed), and forgets them. */
void object_gather_give(struct object_gather *gather, const char *path, const char *entry,
			void (*take)(void *context, const struct wmi_object *object),
			void *context);

void object_gather_free(struct object_gather *gather);

#endif
