/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_NOVELTY_H
#define WH_EVIDENCE_NOVELTY_H

#include "hunt/finding.h"

/* Whether what was found came into being since a time, as far as that can be known. */
enum novelty {
	NOVELTY_OLD, /* it was there before */
	NOVELTY_UNKNOWN, /* nothing shows that it was there before, or when it was made */
	NOVELTY_NEW,
};

/*
 * Of a subscription: new when it was made, or given its content, at or after `since` (FILETIME), by
 * an event of Sysmon, a 5861 of its making, or the session that the repository has it from. A 5861
 * that a start of WMI may have replayed shows no more than that it was there. Of a related event
 * its time counts, of repeats that of the first; of a correlation the last of its events, with
 * which it held.
 */
enum novelty finding_novelty(const struct finding *finding, uint64_t since);

#endif
