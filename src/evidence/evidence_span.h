/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_EVIDENCE_SPAN_H
#define WH_EVIDENCE_EVIDENCE_SPAN_H

#include "event/event_ref.h"

struct evidence;

/* One of the events that say the same. Its texts are the store's. */
struct evidence_repeat {
	struct event_ref ref;
	uint32_t process_id; /* as evidence has it */
	bool has_process_id;
};

/* Some of them that follow each other. */
struct evidence_span {
	struct evidence_repeat first;
	uint64_t last; /* time */
	unsigned count; /* at least, as only some of many are kept */
};

/* Sets *out to the repeats from one time (FILETIME) to another; false when none is known to be
 * there. */
bool evidence_get_span(const struct evidence *evidence, uint64_t from, uint64_t to,
		       struct evidence_span *out);

#endif
