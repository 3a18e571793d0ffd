/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_TIMELINE_H
#define WH_EVIDENCE_TIMELINE_H

#include "evidence/candidate.h"

/*
 * One thing that happened to a subscription, or because of it. Texts are NULL when unknown,
 * and borrowed from the subscription's sightings or from the evidence, but for `detail`.
 */
struct timeline_entry {
	struct line_id id; /* of the line of the related event; of repeats: of the first */
	struct event_ref ref; /* without has_event_id for an entry that is no event */
	uint64_t last; /* of entries that only differ in time */
	unsigned count;
	const char *what; /* "registered", "created", "fired", "started", … */
	const char *user;
	const char *user_name; /* where `user` is a SID that the logs know */
	const char *process; /* image path */
	uint32_t process_id;
	bool has_process_id; /* of repeats: all are of that process */
	const char *from; /* another machine, or its address */
	bool is_local; /* it says that it came from this machine */
	char *detail; /* command line, script or query, or the place of what contradicts; cut to
			 WH_MAX_TIMELINE_TEXT bytes */
	const char *why; /* NULL for the subscription's own sightings, unless they contradict */
};

/* A new timeline of the subscription's own sightings (struct timeline_entry), repeats once, of what
 * contradicts them, of what the repository says, and of what tools and MOF texts say; the caller
 * unrefs it. */
GPtrArray *timeline_from_sightings(const struct subscription *subscription);

/*
 * Gives the candidate's subscription the timeline (struct timeline_entry) that its sightings and
 * links make, by time, repeats once, in place of an earlier one. Nothing when there are no links.
 */
void timeline_make(const struct candidate *candidate);

/* Gives a subscription that a repository, a tool or a MOF text says something of a timeline, if it
 * has none. */
void timeline_complete(struct subscription *subscription);

#endif
