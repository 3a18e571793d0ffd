/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_FIELDS_H
#define WH_SIGMA_FIELDS_H

#include <glib.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/byte_set.h"
#include "event/event.h"
#include "wmi/subscription.h"

/* The collective field of everything that a consumer runs. */
#define WH_FIELD_RUNS "consumer.runs"

struct field {
	const char *name; /* as reports show it */
	const char *folded; /* for comparing */
	uint64_t key; /* of that: differs for most names that do */
	const char *text;
	size_t length;
	bool runs; /* belongs to WH_FIELD_RUNS */
	/* Of the text, with byte_set_add_lower(); NULL until field_list_note_bytes(). */
	const struct byte_set *bytes;
};

/* What rules are matched against: a flat list of fields; a field of several values
 * stands there several times. Texts are borrowed from the event or subscription. */
struct field_list {
	GArray *fields; /* struct field */
	struct arena arena; /* the names */
	struct field_range *ranges; /* by slot, see field_list_find_ranges(); or NULL */
};

/* Where among the fields those of a name stand; others may stand between. */
struct field_range {
	guint first;
	guint end;
};

void field_list_init(struct field_list *subject);
void field_list_release(struct field_list *subject);

/* Empties it for the next, with the memory that is there. */
void field_list_clear(struct field_list *subject);

/* Copies the name, borrows the text. */
void field_list_add(struct field_list *subject, const char *name, const char *text);

/* `names`: what fields are called that are logged under another name (folded → name), or NULL.
 * A field without a name is called "Data". */
void field_list_add_event(struct field_list *subject, const struct event *event, GHashTable *names);
void field_list_add_subscription(struct field_list *subject,
				 const struct subscription *subscription);

/* What a field is looked up by. Borrows the folded name; NULL: any field. */
struct field_name {
	const char *folded;
	uint64_t key; /* as a field's own */
	bool runs; /* it is WH_FIELD_RUNS */
	guint slot; /* of the range in each list that has ranges; 0: none */
};
void field_name_init(struct field_name *name, const char *folded);

/* Finds the ranges of `count` names (struct field_name *), whose slots are 1, 2, and so on. */
void field_list_find_ranges(struct field_list *subject, const struct field_name *const *names,
			    guint count);

/* Finds out which bytes each value of the field has, for a list that many regexes are tried on. */
void field_list_note_bytes(struct field_list *subject, const struct field_name *name);

/* The next value at or after *index of the field with that name, or NULL; *index moves past it. */
const struct field *field_list_find(const struct field_list *subject, const struct field_name *name,
				    guint *index);

/* The same for a folded name (NULL: any field) that is looked up once. */
const struct field *field_list_next(const struct field_list *subject, const char *folded,
				    guint *index);

#endif
