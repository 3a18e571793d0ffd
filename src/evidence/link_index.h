/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_LINK_INDEX_H
#define WH_EVIDENCE_LINK_INDEX_H

#include "evidence/candidate.h"

/* Finds the candidates (struct candidate) of one host by what evidence says, without looking at
 * each of them. */
struct link_index;

/* Borrows the candidates (struct candidate), which must outlive it. */
struct link_index *link_index_new(const GPtrArray *candidates);
void link_index_free(struct link_index *index);

/* The candidates with that query (as query_normalise() gives it), or NULL. Borrowed. */
const GPtrArray *link_index_get_query(const struct link_index *index, const char *query);

/* What of a candidate a text names: bits of struct candidate's `named`. */
enum {
	NAMED_FILTER = 1,
	NAMED_CONSUMER = 2,
};

/*
 * The candidates whose filter or consumer the evidence names, with `named` set; the caller
 * unrefs the array. A name counts when an object path spells it out, when it stands in
 * quotes, or as a word; in text that says nothing of WMI subscriptions only when it is long.
 */
GPtrArray *link_index_find_named(struct link_index *index, const struct evidence *evidence);

#endif
