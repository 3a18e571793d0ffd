/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_INPUT_VOLUME_NAME_H
#define WH_INPUT_VOLUME_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* How the volumes of a split archive are numbered. */
enum volume_kind {
	VOLUME_NUMBERED, /* name.7z.001, name.7z.002 … */
	VOLUME_SPANNED, /* name.z01, name.z02 …, and name.zip as the last */
};

struct volume_name {
	enum volume_kind kind;
	size_t base; /* length of what all volumes share: "name.7z", "name" */
	unsigned number; /* from 1; 0 for the name.zip of a spanned one, or of a zip of its own */
};

/* False for a name, without folders, of no volume. */
bool volume_name_parse(const char *name, struct volume_name *out);

#endif
