/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_COLLECT_H
#define WH_COLLECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "event/event.h"
#include "evtx/scan.h"

/* What a run has read so far, for the summary. */
struct tally {
	uint64_t files; /* logs and files of event lines */
	uint64_t skipped; /* files of another kind */
	uint64_t bytes;
	uint64_t lines; /* event lines */
	struct scan_counts scan;
};

/* The map half: paths in, events out. */
struct collection {
	const struct sieve_plan *plan;
	bool use_sieve;
	enum decoder_choice decoder;
	bool (*is_wanted)(const struct event *event);
	/* Takes an event for the call. False stops the collection. */
	bool (*take)(void *context, const struct event *event);
	void *context;
	const struct fault_sink *faults;
	struct tally tally;
};

/* Reads logs and event lines, told apart by content, at and below the paths. */
void collect_events(struct collection *collection, char *const *paths);

#endif
