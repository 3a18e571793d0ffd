/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_EVENT_MATCHES_H
#define WH_HUNT_EVENT_MATCHES_H

#include <glib.h>

#include "base/fault.h"
#include "event/event.h"
#include "wmi/subscription.h"

/* What rules said of events, kept by the record that each event stood in. */
struct event_matches;

struct event_matches *event_matches_new(void);
void event_matches_free(struct event_matches *matches);

/* Takes the matches (struct match) of an event, in place of earlier ones of the same record. The
 * event is borrowed for the call. Hosts share WH_MAX_NOTED_SIZE (base/share.h): what does not fit
 * is left out, and reported through `faults` (may be NULL) once for a host. */
void event_matches_take(struct event_matches *matches, const struct event *event,
			GPtrArray *of_event, const struct fault_sink *faults);

/* The matches of the event that a sighting is, or NULL. Borrowed. */
const GPtrArray *event_matches_get(const struct event_matches *matches,
				   const struct sighting *sighting);

#endif
