/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_DRAFT_H
#define WH_WMI_DRAFT_H

#include "wmi/part.h"

/* A subscription with what its place in the output depends on. */
struct draft {
	struct subscription *subscription;
	struct part *filter; /* those that it has its content from, in the order of names */
	struct part *consumer;
};

/*
 * Makes a subscription of `sightings` (struct part_sighting, borrowed, at least one): sorts them,
 * drops repeats, and marks them joined. `filter` and `consumer` (borrowed) are the parts whose
 * content it has, NULL where that is unknown. The caller frees the draft.
 */
struct draft *draft_new(struct keeper *keeper, GPtrArray *sightings, struct part *filter,
			struct part *consumer, enum wmi_state state);
/* Notes that an event which stands elsewhere than the host's own logs says that the subscription
 * is in another state than they do. Borrows the sighting. */
void draft_add_contradiction(struct draft *draft, const struct sighting *sighting,
			     enum wmi_state says);

/* Frees it with the subscription, unless that was taken out of it. */
void draft_free(struct draft *draft);

/* The order of the output, for g_ptr_array_sort_with_data() with the keeper: total, whatever the
 * order of input. */
int draft_compare(gconstpointer a, gconstpointer b, gpointer keeper);

#endif
