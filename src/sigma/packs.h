/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_PACKS_H
#define WH_SIGMA_PACKS_H

#include <stddef.h>

/* A rule file inside the program. */
struct pack_text {
	const char *name; /* "hunts/FOLDER/NAME.yml" */
	const char *text;
	size_t length;
};

/* The files that hunts/local.mk lists, from which the build makes this: the packs in the order of
 * their names, then the table of log sources. */
extern const struct pack_text hunt_pack_texts[];
extern const size_t hunt_pack_count;

#endif
