/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_LINK_HOST_H
#define WH_EVIDENCE_LINK_HOST_H

#include "evidence/link_index.h"

/* A start of WMI. */
struct wmi_start {
	uint64_t time;
	const struct event_ref *ref;
	uint32_t process_id; /* of the service */
	bool has_process_id;
};

/* All that is known of one host, for the steps of link_evidence(). */
struct link_host {
	const struct host_identity *identity; /* borrowed */
	GPtrArray *candidates; /* struct candidate */
	GPtrArray *evidence; /* struct evidence, by time; borrowed */
	struct link_index *index; /* NULL until all candidates are there */
	GArray *starts; /* struct wmi_start, by time; host_note_starts() fills it, and these: */
	GArray *boots; /* uint64_t: when the machine started, sorted; one for each */
	GArray *stops; /* uint64_t: when it was shut down, sorted */
	GArray *activity; /* uint64_t: when it is known to have been up, sorted */
	size_t work; /* left of WH_MAX_LINK_WORK */
	size_t room; /* left of WH_MAX_HOST_LINKS */
};

/* A host without anything; borrows the identity. Free frees the candidates and the starts. */
struct link_host *link_host_new(const struct host_identity *identity);
void link_host_free(struct link_host *host);

/* Takes one step of work; false when there is none left. */
bool host_spend(struct link_host *host);

/* The first of sorted times (uint64_t) that is at or after `time`; UINT64_MAX for none. */
uint64_t times_first_from(const GArray *times, uint64_t time);

/* Did the machine not start anew between the two times, the first not after the second? */
bool host_is_one_boot(const struct link_host *host, uint64_t from, uint64_t to);

/* Nor the WMI service? */
bool host_is_one_wmi(const struct link_host *host, uint64_t from, uint64_t to);

/* The last start of WMI at or before `time`, or NULL. Borrowed. */
const struct wmi_start *host_find_wmi_start(const struct link_host *host, uint64_t time);

/* How many of the evidence (struct evidence, sorted by time) were before `time` (FILETIME). */
guint evidence_count_before(const GPtrArray *evidence, uint64_t time);

#endif
