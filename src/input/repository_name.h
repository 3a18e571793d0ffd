/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_INPUT_REPOSITORY_NAME_H
#define WH_INPUT_REPOSITORY_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* The files of a WMI repository. */
enum repository_role {
	ROLE_OBJECTS, /* OBJECTS.DATA */
	ROLE_INDEX, /* INDEX.BTR */
	ROLE_MAP, /* MAPPING1.MAP to MAPPING3.MAP */
	ROLE_OBJECTS_MAP, /* OBJECTS.MAP and INDEX.MAP of Windows XP: half a map each */
	ROLE_INDEX_MAP,
	ROLE_VERSION, /* MAPPING.VER: the number of the current map */
};

#define WH_MAX_REPOSITORY_FILES 8 /* of one repository: one of each name */

struct repository_name {
	enum repository_role role;
	unsigned number; /* of a map */
	size_t base; /* length of what stands before the name, as "HOST-" of HOST-OBJECTS.DATA */
};

/* By the last part of a path, in any case; a collector may have put something before it. False for
 * a file of another name. */
bool repository_name_parse(const char *name, struct repository_name *out);

#endif
