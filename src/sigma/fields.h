/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_FIELDS_H
#define WH_SIGMA_FIELDS_H

#include <glib.h>
#include <stdbool.h>

#include "base/arena.h"
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
};

/* What rules are matched against: a flat list of fields; a field of several values
 * stands there several times. Texts are borrowed from the event or subscription. */
struct field_list {
	GArray *fields; /* struct field */
	struct arena arena; /* the names */
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

/* The next value at or after *index of the field with that folded name (NULL: any
 * field), or NULL; *index moves past it. */
const struct field *field_list_next(const struct field_list *subject, const char *folded,
				    guint *index);

#endif
