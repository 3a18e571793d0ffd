/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_SCAN_BYTES_H
#define WH_TESTS_SCAN_BYTES_H

#include <glib.h>

#include "evtx/scan.h"

/* What a scan of some bytes gives. */
struct scanned {
	GPtrArray *lines; /* the event lines, without their source */
	GString *sources; /* a line each: its offset, and R for a recovered one */
	GString *faults; /* a line each: offset and text */
	GString *chunks; /* what at_chunk was told: OFFSET+SIZE, in words */
	struct scan_counts counts;
};

/* Which scan. The plan is the one for subscriptions. */
struct scan_options {
	bool recover;
	bool quick;
	bool no_sieve;
	bool everything;
	bool other_channels; /* the plan wants channels that no log has */
};

/* Scans what a pipe gives in pieces of `step` bytes; with 0, all at once. */
struct scanned *scan_bytes(const GByteArray *bytes, const struct scan_options *options,
			   size_t step);
void scanned_free(struct scanned *scanned);

/* A log of samples/, whole, or one of its chunks. */
GByteArray *read_sample(const char *name);
GByteArray *read_sample_chunk(const char *name, unsigned number);

#endif
