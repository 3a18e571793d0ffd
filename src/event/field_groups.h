/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_FIELD_GROUPS_H
#define WH_EVENT_FIELD_GROUPS_H

#include <glib.h>
#include <stdbool.h>

#include "event/event.h"

/*
 * The data fields of an event as they are written: those of one name stand together, where the
 * first of them stood, since an object of JSON has a member once.
 */
struct field_groups {
	const struct event *event; /* borrowed */
	bool *taken; /* of each field: it was given */
	guint next; /* no field before it begins a group */
	/* The group at hand. */
	const char *key;
	bool is_list;
	guint at; /* its next field; the number of fields when there are no more */
};

/* Borrows the event. */
void field_groups_init(struct field_groups *groups, const struct event *event);
void field_groups_release(struct field_groups *groups);

/*
 * The next group; false at the end. *key is the fields' name, borrowed from the event, and "Data",
 * the element's own name, for those without. *is_list when they are several, or have no name. All
 * values of a group have to be taken before the next is asked for.
 */
bool field_groups_next(struct field_groups *groups, const char **key, bool *is_list);

/* The next value of the group, borrowed from the event; NULL at its end. */
const char *field_groups_next_value(struct field_groups *groups);

#endif
