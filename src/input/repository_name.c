/* SPDX-License-Identifier: Apache-2.0 */
#include "input/repository_name.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

static const struct {
	const char *name;
	enum repository_role role;
	unsigned number;
} names[] = {
	{"OBJECTS.DATA", ROLE_OBJECTS, 0},    {"INDEX.BTR", ROLE_INDEX, 0},
	{"MAPPING1.MAP", ROLE_MAP, 1},	      {"MAPPING2.MAP", ROLE_MAP, 2},
	{"MAPPING3.MAP", ROLE_MAP, 3},	      {"MAPPING.VER", ROLE_VERSION, 0},
	{"OBJECTS.MAP", ROLE_OBJECTS_MAP, 0}, {"INDEX.MAP", ROLE_INDEX_MAP, 0},
};

static_assert(G_N_ELEMENTS(names) == WH_MAX_REPOSITORY_FILES, "one of each name");

bool repository_name_parse(const char *name, struct repository_name *out)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		size_t own = strlen(names[i].name);

		if (length < own || g_ascii_strcasecmp(name + length - own, names[i].name) != 0 ||
		    (length > own && g_ascii_isalnum(name[length - own - 1])))
			continue;
		*out = (struct repository_name){names[i].role, names[i].number, length - own};
		return true;
	}
	return false;
}
