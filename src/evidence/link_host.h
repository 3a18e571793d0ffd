/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_LINK_HOST_H
#define WH_EVIDENCE_LINK_HOST_H

#include "evidence/link_index.h"

/* All that is known of one host, for the steps of link_evidence(). */
struct link_host {
	GPtrArray *candidates; /* struct candidate */
	GPtrArray *evidence; /* struct evidence, by time; borrowed */
	struct link_index *index;
	GArray *starts; /* uint64_t: when WMI started, sorted; host_note_starts() fills it */
	size_t work; /* left of WH_MAX_LINK_WORK */
	size_t room; /* left of WH_MAX_HOST_LINKS */
};

/* Takes one step of work; false when there is none left. */
bool host_spend(struct link_host *host);

/* How many of the evidence, which is sorted by time, were before `time`. */
guint evidence_count_before(const GPtrArray *evidence, uint64_t time);

/* link_start.c: what starts of WMI tell. */

/* Notes when WMI started, and which subscriptions were first seen because of it. */
void host_note_starts(struct link_host *host);
/* Links each start that should have brought 5861 and did not. */
void host_link_missing_replays(struct link_host *host);

/* link_process.c: what processes and sessions tell. */

/* Finds the starts of the processes that evidence names by their ids. */
void host_name_processes(struct link_host *host);
/* Links what runs below WMI and is what a consumer runs. */
void host_link_payloads(struct link_host *host);
/* Links the processes that linked evidence names, and the logon sessions of those. */
void host_link_callers(struct link_host *host);

#endif
