/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_PRELOAD_H
#define WH_MAP_PRELOAD_H

/*
 * Loads what workers cannot load any more once they are shut in: libarchive, unless the paths (up
 * to a NULL) are a single file that can be seen to be no archive, or nothing that can be read.
 */
void preload_libraries(char *const *paths);

#endif
