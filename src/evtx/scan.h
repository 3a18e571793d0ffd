/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_SCAN_H
#define WH_EVTX_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "event/event.h"
#include "evtx/decode.h"
#include "evtx/log_check.h"
#include "evtx/log_facts.h"
#include "evtx/sieve.h"
#include "input/stream.h"

struct scan_counts {
	uint64_t chunks;
	uint64_t records; /* seen, by their framing */
	uint64_t decoded_native;
	uint64_t decoded_libevtx;
	uint64_t undecoded; /* wanted, but no decoder read them whole; or no event */
	uint64_t recovered; /* events given out that only `recover` finds */
	uint64_t unrecovered; /* what looked like a record in slack but does not decode whole */
	uint64_t hidden; /* events given out that stood inside of other records */
	uint64_t chimeras; /* events given out that are of two halves */
	uint64_t skipped_by_channel; /* logs left unread by `quick` */
};

/* How an event stands to what is wanted. */
enum event_fit {
	EVENT_UNWANTED,
	EVENT_IN_DOUBT, /* nothing says that it is wanted, but it may be */
	EVENT_WANTED,
};

/* Which events are wanted. */
struct event_selection {
	struct sieve_plan plan; /* what to look for before a record is decoded */
	/*
	 * The exact test, for what passed the sieve; not called when plan.everything.
	 * `is_partial`: the event is what could be read of a damaged record.
	 */
	enum event_fit (*test)(void *context, const struct event *event, bool is_partial);
	void *context;
};

enum event_fit event_selection_test(const struct event_selection *selection,
				    const struct event *event, bool is_partial);

/* A part of a log; the log's word is checked by who has them all. */
struct scan_part {
	uint64_t end; /* what begins there or later is of another part */
	bool is_open; /* the log, by its file header */
	/* Told each file header that is met, and each chunk, in order. */
	void (*at_header)(void *context, const uint8_t *header, size_t size, uint64_t offset);
	void (*at_log_chunk)(void *context, const struct log_chunk *chunk);
	void *context;
};

struct scan {
	const struct event_selection *selection;
	bool use_sieve; /* false: decode each record and decide then */
	/* Looks for chunks at any offset of any bytes, and for records in their slack. */
	bool recover;
	/* Leaves a log when its first chunk is of one channel that the plan does not want. */
	bool quick;
	/*
	 * The stream begins with a file header. Found out by a scan from offset 0; who has a scan
	 * begin further on must say it.
	 */
	bool in_log;
	const struct scan_part *part; /* NULL: it is all of the log; not with `recover` */
	/* Takes an event that is wanted, or in doubt, for the call. False stops the scan. */
	bool (*take)(void *context, const struct event *event, enum event_fit fit);
	/* May be NULL. Told the chunk that is begun, and with size 0 that it is done. */
	void (*at_chunk)(void *context, uint64_t offset, size_t size);
	/* May be NULL. Told what each log of the stream held, or the part of it, when that is
	 * read. */
	void (*take_log)(void *log_context, struct log_facts *facts);
	void *log_context;
	void *context; /* of the others */
	const struct fault_sink *faults;
	struct scan_counts counts;
};

/* The decoders and buffers that scans share, one after another. */
struct scanner;

struct scanner *scanner_new(const struct sieve_plan *plan, enum decoder_choice choice);
void scanner_free(struct scanner *scanner);

/*
 * Reads a log, or with `recover` anything, to its end (with `quick`, maybe less). False when
 * `take` stopped it. Events of slack come after the others of their chunk.
 */
bool scanner_scan(struct scanner *scanner, struct scan *scan, struct reader *reader);

#endif
