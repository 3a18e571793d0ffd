/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_RUN_LINES_H
#define WH_MAP_RUN_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "evtx/log_facts.h"
#include "map/protocol.h"

/*
 * What `events --inline-errors` writes besides events: a line that opens the run, the read errors,
 * and a summary that closes it.
 */
struct run_lines {
	const char *via; /* the file they are read from, NULL for standard input: the caller's */
	bool claimed; /* nobody named it: the caller's, too */
	/* Takes what a log held, for the call; the caller's. */
	void (*take_log)(void *log_context, struct log_facts *facts);
	void *log_context;
	unsigned opened;
	unsigned closed;
	struct tally tally; /* what the closed runs have read */
};

/* The line that opens a run. */
#define WH_RUN_LINE_BEGIN "{\"kind\":\"begin\",\"schema\":1}\n"

/* Takes a line; its read errors go to `faults`. False for a line of another kind. */
bool run_line_read(const char *line, size_t length, struct run_lines *run,
		   const struct fault_sink *faults);

#endif
