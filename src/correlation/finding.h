/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CORRELATION_FINDING_H
#define WH_CORRELATION_FINDING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/line_id.h"
#include "event/event.h"
#include "correlation/load.h"

/* An event that a correlation holds. Texts are borrowed from the rule set. */
struct correlated_event {
	struct event_ref ref;
	const char *host; /* or NULL */
};

/* One time that a correlation held. What is borrowed belongs to the rule set. */
struct correlation_finding {
	struct line_id id; /* of its line, set by correlation_identify() */
	const struct correlation *correlation; /* borrowed */
	const char *host; /* that all its events are of; else NULL; borrowed */
	GPtrArray *group; /* char *, the value of each of the correlation's group_by */
	uint64_t first; /* FILETIME */
	uint64_t last;
	uint64_t count; /* of its events */
	GPtrArray *events; /* const struct correlated_event, by time, borrowed; the first
			      WH_MAX_CORRELATION_MEMBERS at most */
	GPtrArray *matches; /* one struct match, which is the correlation's */
};

/* Sets the id: of the host (NULL: it is of several), the rule, its group and the first event. */
void correlation_identify(struct correlation_finding *finding, const char *host);

void correlation_finding_free(struct correlation_finding *finding);

#endif
