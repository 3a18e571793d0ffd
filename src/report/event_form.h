/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_EVENT_FORM_H
#define WH_REPORT_EVENT_FORM_H

#include "event/event.h"

#define WH_EVENT_FORM_FIELDS 8

/* What a table shows of the events of one kind. */
struct event_form {
	const char *provider;
	uint32_t event_id;
	const char *what; /* such an event is, in a word or two */
	const char *fields[WH_EVENT_FORM_FIELDS]; /* in this order; NULL ends; "": all without a
						     name */
};

/* The form of an event, or NULL: what it says is not known. */
const struct event_form *event_form_find(const struct event *event);

/* Appends the fields of the form (may be NULL: the first few) that say something, as they are
 * logged: not safe to print yet. */
void event_form_append(const struct event_form *form, const struct event *event, GString *out);

#endif
