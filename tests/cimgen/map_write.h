/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CIMGEN_MAP_WRITE_H
#define WH_CIMGEN_MAP_WRITE_H

#include "index_pages.h"

/* Appends the map of a file's pages as they are now. `root`: the tree's, 0 for objects. */
void map_append(GByteArray *out, enum repository_layout layout, const struct paged_file *pages,
		uint32_t sequence, uint32_t root);

#endif
