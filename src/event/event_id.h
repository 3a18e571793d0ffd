/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_ID_H
#define WH_EVENT_EVENT_ID_H

#include "base/line_id.h"
#include "event/event.h"

/* Adds the data fields to what an id is made of, in the order of the event line, but for the values
 * of those that `is_passing` (NULL: none) says so of. */
void event_name_add_fields(GString *name, const struct event *event,
			   bool (*is_passing)(const void *context, const char *field),
			   const void *context);

/* Sets the id of the event line: of all that the record says, not of where it was read. */
void event_identify(const struct event *event, struct line_id *out);

#endif
