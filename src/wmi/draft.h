/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_DRAFT_H
#define WH_WMI_DRAFT_H

#include "wmi/part.h"

/* A subscription with what its place in the output depends on. */
struct draft {
	struct subscription *subscription;
	char *content; /* tells subscriptions of the same names apart */
};

/*
 * Makes a subscription that `entries` (struct entry, at least one; sorts them, and
 * drops repeats) belong to, and marks them joined. `filter` and `consumer` are the
 * parts whose content it has, NULL where that is unknown.
 */
struct draft *draft_new(GPtrArray *entries, const struct part *filter, const struct part *consumer,
			enum wmi_state state);
void draft_free(struct draft *draft);

/* The order of the output, for g_ptr_array_sort(): total, whatever the order of input. */
int draft_compare(gconstpointer a, gconstpointer b);

#endif
