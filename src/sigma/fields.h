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

struct subject_field {
	const char *name; /* as reports show it */
	const char *folded; /* for comparing */
	const char *text;
	size_t length;
	bool runs; /* belongs to WH_FIELD_RUNS */
};

/* What rules are matched against: a flat list of fields; a field of several values
 * stands there several times. Texts are borrowed from the event or subscription. */
struct subject {
	GArray *fields; /* struct subject_field */
	struct arena arena; /* the names */
};

void subject_init(struct subject *subject);
void subject_release(struct subject *subject);

/* Empties it for the next, with the memory that is there. */
void subject_clear(struct subject *subject);

/* Copies the name, borrows the text. */
void subject_add(struct subject *subject, const char *name, const char *text);

/* `names`: what fields are called that are logged under another name (folded → name), or NULL.
 * A field without a name is called "Data". */
void subject_add_event(struct subject *subject, const struct event *event, GHashTable *names);
void subject_add_subscription(struct subject *subject, const struct subscription *subscription);

/* The next value at or after *index of the field with that folded name (NULL: any
 * field), or NULL; *index moves past it. */
const struct subject_field *subject_next(const struct subject *subject, const char *folded,
					 guint *index);

#endif
