/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_REPOSITORY_SET_H
#define WH_MAP_REPOSITORY_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "input/stream.h"
#include "repository/repository.h"

/*
 * Files of repositories that are at hand. Those of one folder are one repository, and are read
 * together: from a disk by their descriptors, from an archive once they have been unpacked into
 * memory, in whatever order they come.
 */
struct repository_set;

/* Borrows both. */
struct repository_set *repository_set_new(const struct object_wants *wants,
					  const struct repository_calls *calls);
void repository_set_free(struct repository_set *set);

/* Whether the name of the file, without folders, is one of a repository's. */
bool repository_set_is_name(const char *path);

/* Adds an open file, borrowed until the set has read it; its stream has read_at. */
void repository_set_add(struct repository_set *set, struct stream *stream);

/* Unpacks an entry and adds it. Reads the repository when it is complete; where that makes room,
 * others as they are. What is too large for memory is a fault. */
void repository_set_keep(struct repository_set *set, struct reader *reader);

/* The next entry to come is that one: reads the repositories of archives that have ended before. */
void repository_set_reach(struct repository_set *set, const char *entry);

/* Reads all that are at hand. */
void repository_set_read(struct repository_set *set);

#endif
