/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_SCAN_CHUNK_H
#define WH_EVTX_SCAN_CHUNK_H

#include <glib.h>

#include "evtx/chimera.h"
#include "evtx/chunk_check.h"
#include "evtx/log_check.h"
#include "evtx/scan.h"

/* What the files of the scan share. */

enum { NATIVE, LIBEVTX, DECODERS };

struct scanner {
	struct sieve *sieve;
	struct decoder *native; /* slack is its alone: what libevtx gets is not the whole chunk */
	struct decoder *decoders[DECODERS]; /* in the order they are asked; NULL: not to be */
	GArray *records; /* struct record: of the current chunk, those to decode */
	GArray *live; /* and all that are not slack, where that matters */
	GArray *hidden; /* inside of these */
	struct told_record *told; /* of a chunk that is as told: its records */
	struct chimera_test *chimeras;
	struct log_survey *survey; /* of the log at hand */
	struct event event;
};

/* The chunk at hand: what its functions need of it. */
struct chunk_scan {
	struct scanner *scanner;
	struct scan *scan;
	const struct chunk *chunk;
	struct reader *reader;
	struct log_check *log; /* NULL: the chunk stands in no log */
	bool passed; /* the chunk sieve */
	bool is_as_told; /* by its header; `ids` are then those of its records */
	size_t told; /* then how many there are; else 0 */
	struct chunk_ids ids;
	bool recovered; /* it stands in no log */
	bool headless;
	size_t vouched_end; /* where the bytes end that the chunk's checksums vouch for */
	bool is_damaged; /* identifiers may lack that are reported elsewhere */
	bool is_explained; /* what is wrong with it has been reported */
	bool doubtful; /* pages of other chunks may stand in it */
};

/* Where in a chunk a record stands. */
enum origin { FROM_LOG, FROM_SLACK, FROM_HIDING };

/* Fills in where the fault is, and reports it. */
void chunk_scan_report(const struct chunk_scan *at, struct fault *fault);

/* Hands out the event that was decoded of `record`. False stops the scan. */
bool chunk_scan_give_out(struct chunk_scan *at, const struct record *record, enum event_fit fit,
			 enum origin origin);

/* Reports and hands out the records that were found inside of others. False stops the scan. */
bool chunk_scan_hidden(struct chunk_scan *at);

/* Hands out the records of the chunk's slack. False stops the scan. */
bool chunk_scan_slack(struct chunk_scan *at);

#endif
