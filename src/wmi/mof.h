/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_MOF_H
#define WH_WMI_MOF_H

#include <stdbool.h>

#include "base/arena.h"

/* Values of MOF instance text, as WMI-Activity 5861 logs them (PossibleCause). */
enum mof_type {
	MOF_NULL,
	MOF_STRING, /* text: unescaped; a word without quotes as written */
	MOF_NUMBER, /* text: as written */
	MOF_BOOLEAN, /* text: "true" or "false" */
	MOF_ARRAY, /* elements */
	MOF_INSTANCE, /* instance */
};

struct mof_value {
	enum mof_type type;
	bool cut; /* its end is not in the text, or may not be: a number at the very end */
	const char *text;
	struct mof_value *elements; /* the first */
	struct mof_instance *instance;
	struct mof_value *next; /* in its array */
};

struct mof_property {
	const char *name;
	struct mof_value *value;
	struct mof_property *next; /* in its list, in order */
};

struct mof_instance {
	const char *class_name;
	struct mof_property *properties; /* the first */
	bool complete; /* false: the text was cut off or damaged inside it */
	struct mof_instance *next; /* in the text */
};

/*
 * Reads every "instance of CLASS { … };" of `text`, whatever stands between them.
 * Never fails: text that is cut off or damaged gives what was read so far, with
 * complete = false; so does what goes beyond WH_MAX_MOF_DEPTH or WH_MAX_MOF_VALUES.
 * A line feed outside strings may have become a space or a comma on the way here.
 * Returns the first instance, NULL when there is none. All of it lives in the arena.
 */
struct mof_instance *mof_parse(const char *text, struct arena *arena);

/* The value of the first property of that name (ASCII case does not count), or NULL. Borrowed. */
const struct mof_value *mof_property_get(const struct mof_property *properties, const char *name);

#endif
