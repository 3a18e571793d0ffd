/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_EVIDENCE_STORE_H
#define WH_EVIDENCE_EVIDENCE_STORE_H

#include <glib.h>
#include <stdint.h>

#include "evidence/evidence.h"

/*
 * Evidence as it arrives. Repeats (all is equal but time, record and the identifiers that
 * Windows makes anew for each event) collapse into a count. Beyond `memory` for all, or a quarter
 * of it for a host, that of the lowest level goes first. What is left does not depend on the order
 * of arrival, as long as only one of the two is met.
 */
struct evidence_store;

/* An empty store; NULL is fine to free. */
struct evidence_store *evidence_store_new(uint64_t memory);
void evidence_store_free(struct evidence_store *store);

/* Takes the evidence; its matches must be there. A repeat of what is there, or what does not fit,
 * is freed. */
void evidence_store_add(struct evidence_store *store, struct evidence *evidence);

/* How many were dropped for want of room, repeats counted too. */
uint64_t evidence_store_count_dropped(const struct evidence_store *store);

/* All of it (struct evidence, borrowed) in the order of time; the caller unrefs the array. */
GPtrArray *evidence_store_list(const struct evidence_store *store);

/* What is to be shown (struct evidence, borrowed), in the order of host and time: that which a rule
 * matched, or that is linked to a subscription. The caller unrefs the array. */
GPtrArray *evidence_store_report(const struct evidence_store *store);

#endif
