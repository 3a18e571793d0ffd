/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_MOF_H
#define WH_WMI_MOF_H

#include <stdbool.h>

#include "base/arena.h"

/* MOF text: instances as WMI-Activity 5861 logs them (PossibleCause), and what people write for
 * mofcomp in files and scripts. */

enum mof_origin {
	MOF_LOGGED, /* by WMI: instances, no comments, and line feeds may have become blanks or
		       commas */
	MOF_WRITTEN, /* by somebody: comments, #pragma and classes too */
};

enum mof_type {
	MOF_NULL,
	MOF_STRING, /* text: unescaped; a word without quotes, such as $Alias, as written */
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
	struct mof_instance *target; /* that the word $Alias stands for; NULL: none in the text */
	struct mof_value *next; /* in its array */
};

struct mof_property {
	const char *name;
	struct mof_value *value;
	struct mof_property *next; /* in its list, in order */
};

struct mof_instance {
	const char *class_name;
	const struct mof_class *class; /* declared before it; NULL: not in the text */
	const char *alias; /* $Alias, as written; NULL: none */
	const char *namespace; /* of the #pragma before it, as it spells that; NULL: none */
	struct mof_property *properties; /* the first */
	bool complete; /* false: the text was cut off or damaged inside it */
	struct mof_instance *next; /* in the text */
};

struct mof_class {
	const char *name;
	const char *parent; /* NULL: none */
	const struct mof_class *super; /* the parent, declared before it; NULL: not in the text */
	const char *namespace; /* as above */
	struct mof_property
		*properties; /* the first; the value is the default, MOF_NULL without one */
	struct mof_class *next; /* in the text */
};

/* #pragma deleteinstance or deleteclass. */
struct mof_deletion {
	const char *path; /* of an instance, or the name of a class */
	const char *namespace; /* as above */
	bool is_class;
	struct mof_deletion *next; /* in the text */
};

/* The first of each kind, or NULL. */
struct mof_content {
	struct mof_instance *instances;
	struct mof_class *classes;
	struct mof_deletion *deletions;
};

/*
 * Reads every "instance of CLASS { … };" of `text`, whatever stands between them, and, where
 * somebody wrote it, every class and #pragma. Never fails: text that is cut off or damaged
 * gives what was read so far, with complete = false; so does an instance that goes beyond
 * WH_MAX_MOF_DEPTH or WH_MAX_MOF_VALUES. All that is returned lives in the arena.
 */
struct mof_content mof_parse(const char *text, enum mof_origin origin, struct arena *arena);

/* The value of the first property of that name (ASCII case does not count), or NULL. Borrowed. */
const struct mof_value *mof_property_get(const struct mof_property *properties, const char *name);

/* True when that is its class, or the name of an ancestor as far as the text has the chain. */
bool mof_instance_is(const struct mof_instance *instance, const char *class_name);

#endif
