/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_LINK_HOST_H
#define WH_EVIDENCE_LINK_HOST_H

#include "evidence/link_index.h"

/* All that is known of one host, for the steps of link_evidence(). */
struct link_host {
	const struct host_identity *identity; /* borrowed */
	GPtrArray *candidates; /* struct candidate */
	GPtrArray *evidence; /* struct evidence, by time; borrowed */
	struct link_index *index; /* NULL until all candidates are there */
	GArray *starts; /* uint64_t: when WMI started, sorted; host_note_starts() fills it */
	size_t work; /* left of WH_MAX_LINK_WORK */
	size_t room; /* left of WH_MAX_HOST_LINKS */
};

/* A host without anything; borrows the identity. Free frees the candidates and the starts. */
struct link_host *link_host_new(const struct host_identity *identity);
void link_host_free(struct link_host *host);

/* Takes one step of work; false when there is none left. */
bool host_spend(struct link_host *host);

/* How many of the evidence (struct evidence, sorted by time) were before `time` (FILETIME). */
guint evidence_count_before(const GPtrArray *evidence, uint64_t time);

#endif
