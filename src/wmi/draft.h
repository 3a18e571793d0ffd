/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_DRAFT_H
#define WH_WMI_DRAFT_H

#include "wmi/part.h"

/* A subscription with what its place in the output depends on. */
struct draft {
	struct subscription *subscription;
	char *content; /* of parts' keys: differs for subscriptions of the same names */
};

/*
 * Makes a subscription of `sightings` (struct part_sighting, borrowed, at least one): sorts them,
 * drops repeats, and marks them joined. `filter` and `consumer` (borrowed) are the parts whose
 * content it has, NULL where that is unknown. The caller frees the draft.
 */
struct draft *draft_new(GPtrArray *sightings, const struct part *filter,
			const struct part *consumer, enum wmi_state state);
/* Notes that an event which stands elsewhere than the host's own logs says that the subscription
 * is in another state than they do. Shares the sighting. */
void draft_add_contradiction(struct draft *draft, struct sighting *sighting, enum wmi_state says);

/* Frees it with the subscription, unless that was taken out of it. */
void draft_free(struct draft *draft);

/* The order of the output, for g_ptr_array_sort(): total, whatever the order of input. */
int draft_compare(gconstpointer a, gconstpointer b);

#endif
