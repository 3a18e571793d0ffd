/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_TOLD_H
#define WH_WMI_TOLD_H

#include "wmi/stored_objects.h"

/* What tools that saw a host alive, and MOF texts, say of a subscription. */

/* A tool and the logs contradict each other. */
enum told_conflict {
	TOLD_ALIVE_AFTER_DELETION = 1, /* the logs say deleted; a tool saw it later */
	TOLD_ALIVE_AT_SOME_TIME = 2, /* so; nothing says when the tool saw it */
	TOLD_REMOVED_SINCE = 4, /* the logs leave it alive; a tool saw it go later */
	TOLD_ALIVE_SINCE_SESSION = 8, /* the repository has it not; a tool saw it after the last
					 session began that wrote to that */
	TOLD_MISSING_LATER = 16, /* logs or repository leave it alive; a tool that lists all that is
				    bound did so later, and without it */
};

struct told_place {
	const struct stored_place *place;
	const struct told_place *next;
};

struct told {
	const struct told_place *places; /* WH_MAX_TOLD_PLACES at most; NULL: only what is missing
					    says something */
	unsigned count;
	unsigned conflicts; /* enum told_conflict */
};

/*
 * Says of each of the subscriptions (struct subscription, sorted by host, with what repositories
 * say) what `told` says, which holds objects of snapshots and MOF texts, and adds those that only
 * it knows. The newest sound source gives the state: a snapshot of a known time that is later than
 * all events; a MOF text gives one only where there is nothing else. `logs` (NULL is fine) is what
 * was noted of events, whose collections tell hosts that are not named. Once; what it adds borrows
 * from `told`.
 */
void told_objects_join(struct stored_objects *told, const struct stored_objects *logs,
		       struct host_names *names, GPtrArray *subscriptions);

/* Adds TOLD_MISSING_LATER to those that it fits, once all objects are joined: told_missing.c. */
struct told_hosts;
void told_find_missing(struct stored_objects *told, const struct told_hosts *hosts,
		       const GPtrArray *subscriptions);

/* The word of one bit; NULL past the last. `index` counts from 0. */
const char *told_conflict_name(unsigned index);

/* Whether a snapshot is among its places; and a MOF text. */
bool told_has_snapshot(const struct told *told);
bool told_has_mof(const struct told *told);

#endif
