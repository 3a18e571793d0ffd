/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_MOF_H
#define WH_WMI_MOF_H

#include <glib.h>
#include <stdbool.h>

/* Values of MOF instance text, as WMI-Activity 5861 logs them (PossibleCause). */
enum mof_type {
	MOF_NULL,
	MOF_STRING, /* text: unescaped; a word without quotes as written */
	MOF_NUMBER, /* text: as written */
	MOF_BOOLEAN, /* text: "true" or "false" */
	MOF_ARRAY, /* elements: struct mof_value */
	MOF_INSTANCE, /* instance */
};

struct mof_value {
	enum mof_type type;
	bool cut; /* its end is not in the text, or may not be: a number at the very end */
	char *text;
	GPtrArray *elements;
	struct mof_instance *instance;
};

struct mof_property {
	char *name;
	struct mof_value *value;
};

struct mof_instance {
	char *class_name;
	GPtrArray *properties; /* struct mof_property, in order */
	bool complete; /* false: the text was cut off or damaged inside it */
};

/*
 * Reads every "instance of CLASS { … };" of `text`, whatever stands between them.
 * Never fails: text that is cut off or damaged gives what was read so far, with
 * complete = false; so does what goes beyond WH_MAX_MOF_DEPTH or WH_MAX_MOF_VALUES.
 * A line feed outside strings may have become a space or a comma on the way here.
 * Returns struct mof_instance in order; the caller unrefs it.
 */
GPtrArray *mof_parse(const char *text);

/* Free with all that is inside; NULL is fine. */
void mof_value_free(struct mof_value *value);
void mof_property_free(struct mof_property *property);
void mof_instance_free(struct mof_instance *instance);

/* The value of a property (names compare case-insensitively), or NULL. Borrowed. */
const struct mof_value *mof_instance_get(const struct mof_instance *instance, const char *name);

#endif
