/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_SCAN_H
#define WH_EVTX_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "event/event.h"
#include "evtx/decode.h"
#include "evtx/sieve.h"
#include "input/stream.h"

struct scan_counts {
	uint64_t chunks;
	uint64_t records; /* seen, by their framing */
	uint64_t decoded_native;
	uint64_t decoded_libevtx;
	uint64_t undecoded; /* wanted, but no decoder read them whole */
};

struct scan {
	const struct sieve_plan *plan;
	bool use_sieve; /* false: decode each record and decide then */
	/* Exact test on a decoded event; what the sieve let through in vain stops here. */
	bool (*is_wanted)(const struct event *event);
	/* Takes an event for the call. False stops the scan. */
	bool (*take)(void *context, const struct event *event);
	void *context;
	const struct fault_sink *faults;
	struct scan_counts counts;
};

/* The decoders and buffers that scans share, one after another. */
struct scanner;

struct scanner *scanner_new(const struct sieve_plan *plan, enum decoder_choice choice);
void scanner_free(struct scanner *scanner);

/* Reads a log to its end. False when `take` stopped it. */
bool scanner_scan(struct scanner *scanner, struct scan *scan, struct reader *reader);

#endif
