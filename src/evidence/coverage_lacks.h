/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_COVERAGE_LACKS_H
#define WH_EVIDENCE_COVERAGE_LACKS_H

#include <glib.h>

#include "evtx/log_facts.h"

/* What exports do not hold that is asked of their events. */

struct rule_set;

/* What one export holds. */
struct export_list {
	enum event_format format;
	struct event_kinds *kinds;
	GHashTable *channels; /* char *: of hosts, "" for none */
};

/* Copies what the facts of an export say. */
struct export_list *export_list_new(const struct log_facts *facts);
void export_list_free(gpointer list);

/* The list's copy of a channel's name, NULL for none. */
const char *export_list_keep(struct export_list *list, const char *channel);

/* A channel of a host in an export; borrowed. */
struct export_held {
	const struct export_list *list;
	const char *channel; /* of the list */
};

/* Finds it for hosts, which mostly share their exports. */
struct coverage_lacks;

/* Borrows the rules (NULL: none). NULL is fine to free. */
struct coverage_lacks *coverage_lacks_new(const struct rule_set *rules);
void coverage_lacks_free(struct coverage_lacks *lacks);

/*
 * Sentences (char *) on what is missing in all events of a kind that exports of one format hold of
 * a host: what reports subscriptions, and fields without which rules cannot match; in an order that
 * does not depend on that of `held` (struct export_held, which is sorted). A new reference.
 */
GPtrArray *coverage_lacks_find(struct coverage_lacks *lacks, GArray *held);

#endif
