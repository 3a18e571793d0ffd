/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_REPOSITORY_MAPS_H
#define WH_REPOSITORY_REPOSITORY_MAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "repository/page_map.h"
#include "repository/repository.h"

/* The maps of a mapping file: a state of the repository. */
struct repository_map {
	struct page_map objects;
	struct page_map index;
	uint32_t number; /* of the file; 0: a pair of files */
	const struct stream *stream; /* borrowed */
};

#define WH_MAX_REPOSITORY_MAPS 4

struct repository_maps {
	struct repository_map maps[WH_MAX_REPOSITORY_MAPS]; /* the newest first */
	unsigned count;
	int current; /* -1: there is none that fits */
	bool is_xp;
	bool is_incomplete; /* there was another map, which may be of a newer state */
};

/* Reads the mapping files and chooses the current map: the newest whose checks hold, or the one
 * that fits best. What is wrong is a fault. Release frees the maps. */
void repository_maps_read(struct repository_maps *maps, const struct repository_file *files,
			  size_t count, struct page_file *objects, struct page_file *index,
			  const struct fault_sink *faults);
void repository_maps_release(struct repository_maps *maps);

#endif
