/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_CANDIDATE_H
#define WH_EVIDENCE_CANDIDATE_H

#include <glib.h>

#include "event/filetime.h"
#include "evidence/command_line.h"
#include "evidence/evidence.h"
#include "wmi/subscription.h"

/* A subscription as evidence is held against it. Texts are case folded, NULL when not known. */
struct candidate {
	struct subscription *subscription;
	char *filter;
	char *consumer;
	char *class_name;
	char *query; /* one space for many */
	char *event_namespace;
	char *script; /* what a script consumer runs */
	struct command_pattern *command; /* what a command line consumer runs */
	struct event_ref made; /* the first that is known of it; of what is not an event, a time */
	const struct event_ref *gone; /* what deleted or superseded it; NULL while nothing did */
	const struct event_ref *registered; /* the first 5861, or NULL */
	bool is_created; /* `made` is when it was created, not only seen */
	bool is_bound; /* a filter or a consumer alone runs nothing */
	bool is_seen_by_sysmon; /* it reported one of the sightings */
	GArray *registrars; /* of each 5861 of it, sorted (candidate.c); NULL until asked for */
	GTree *users; /* of sightings, borrowed; NULL until asked for */
	bool is_stored; /* `made` is the start of the session that wrote it into the repository */
	bool is_replay; /* `made` is a start of WMI, and so says nothing of its making */
	GPtrArray *links; /* struct evidence_link, borrowed from their evidence */
	unsigned more; /* links beyond WH_MAX_LINKS or WH_MAX_HOST_LINKS */
	size_t *room; /* left of WH_MAX_HOST_LINKS; its host's */
	guint mark; /* of the link_index's last search that found it */
	unsigned named; /* bits of NAMED_…, of the link_index's last search */
};

/* A candidate without links. Borrows the subscription and `room`, the number of links that its host
 * may still have. */
struct candidate *candidate_new(struct subscription *subscription, size_t *room);
void candidate_free(struct candidate *candidate);

/*
 * The latest times (event_latest()) of the last of its 5861 that a process of that id logged before
 * `time` (FILETIME) or then, 0 for none, and of the first after it, UINT64_MAX for none. Ids are
 * used again: whether it was the same process, times alone do not say.
 */
void candidate_find_registrations(struct candidate *candidate, uint32_t process_id, uint64_t time,
				  uint64_t *before, uint64_t *after);

/* Was one of its sightings by that user (ASCII case does not count)? Takes as long for a thousand
 * sightings as for one, but for the first time. */
bool candidate_is_made_by(struct candidate *candidate, const char *user);

/* False when it is known not to have been there at the event, by what the log and the precision of
 * times say of their order. */
bool candidate_was_there(const struct candidate *candidate, const struct event_ref *event);

/* The same, give or take what clocks and logs differ. */
bool candidate_is_live(const struct candidate *candidate, const struct event_ref *event);

/*
 * Links evidence to it, unless a link of that evidence is there already that is at least as
 * strong, or there is no room. `span` is the repeats that the link is about, NULL for all. Takes
 * `why`, one clause; the link belongs to the evidence.
 */
void candidate_link(struct candidate *candidate, struct evidence *evidence, enum link_reason reason,
		    const struct evidence_span *span, char *why);

/* The link of that evidence to it, or NULL; borrowed. */
struct evidence_link *candidate_get_link(const struct candidate *candidate,
					 const struct evidence *evidence);

/* A query, case folded, with one space for each run of them, to compare; NULL for NULL. The caller
 * frees it. */
char *query_normalise(const char *query);

#endif
