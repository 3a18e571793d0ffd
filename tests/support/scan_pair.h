/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_SUPPORT_SCAN_PAIR_H
#define WH_TESTS_SUPPORT_SCAN_PAIR_H

#include "hunt/rules.h"
#include "map/query.h"

/*
 * Two scans of the same bytes, with and without the sieve, which must change nothing of the events
 * nor of the read errors. Scanners serve one log after another, as a worker's do. Decodes with the
 * native decoder alone: the packaged libevtx leaks memory on damaged records.
 */
struct scan_pair;

/* For subscriptions, and for what `rules` (borrowed; NULL: none) match. */
struct scan_pair *scan_pair_new(struct rule_set *rules, bool recover);

/* Ends the process when the two scans differ. */
void scan_pair_compare(struct scan_pair *pair, const uint8_t *data, size_t size);

#endif
