/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_KEY_NAMES_H
#define WH_EVENT_KEY_NAMES_H

#include <glib.h>
#include <stdint.h>

/*
 * Names that others chose, as keys of an object of JSON. Engines of SQL know no upper and lower
 * case in names of columns and refuse a file where two keys of an object differ in nothing else, be
 * they in two lines. So a name that Windows itself spells in several ways (ProcessId, ProcessID,
 * Processid) has one spelling as a key, and what would still be there twice gets a number.
 */
struct key_names {
	GPtrArray *keys; /* char *: those of the object so far; borrowed */
	GPtrArray *own; /* char *: those of them that were made */
	uint64_t seen; /* bits of what all of them look like */
};

void key_names_init(struct key_names *names);
void key_names_release(struct key_names *names);

/* The key for another member: `name` itself, where it can be. Borrowed from either. */
const char *key_names_add(struct key_names *names, const char *name);

/* The one spelling of a name; itself, where it is of none that has several. */
const char *key_name_spelling(const char *name);

#endif
