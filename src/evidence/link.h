/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_LINK_H
#define WH_EVIDENCE_LINK_H

#include <glib.h>
#include <stdbool.h>

#include "evidence/evidence_store.h"

/*
 * Links each piece of evidence to the subscriptions (struct subscription) of its host that it
 * belongs to, finds processes by their ids, and gives the subscriptions their timelines
 * (evidence/timeline.h). Once, when all has been added to the store, which must outlive the use of
 * either. `names` (settled) says which hosts are one; the subscriptions have the identities that it
 * gives.
 * False when WH_MAX_LINK_WORK cut it short on a host.
 */
bool link_evidence(const struct evidence_store *store, const GPtrArray *subscriptions,
		   struct host_names *names);

#endif
