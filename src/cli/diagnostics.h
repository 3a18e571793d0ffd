/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_DIAGNOSTICS_H
#define WH_CLI_DIAGNOSTICS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "cli/reducer.h"
#include "hunt/rules.h"
#include "map/protocol.h"
#include "run/progress.h"

/*
 * What goes to standard error: faults, errors, progress and the summary. As JSON lines when the
 * output is data and no person is looking, else as text that is safe on a terminal.
 */
struct diagnostics {
	bool json;
	bool quiet; /* no summary, no progress */
	bool recovers; /* --recover is on: no fault says that it may help */
	bool partial; /* the run was interrupted: the summary says so */
	uint64_t faults;
	/* Takes read errors and the summary, as JSON lines, in place of standard error; NULL: none
	 * does. */
	bool (*write)(void *context, const char *line, size_t length);
	void *context; /* of write() */
	/* In another process of the run: passes read errors and notes on, which are then neither
	 * printed nor counted here; NULL: this is the process that prints. */
	struct reducer_link *link;
	uint64_t rules_left_out; /* for the summary */
	const struct rule_set *rules; /* that hunt, for the summary; borrowed, NULL: none do */
	struct progress progress;
	gint64 started; /* monotonic, microseconds */
};

void diagnostics_init(struct diagnostics *diagnostics);

/* A sink that prints and counts. */
struct fault_sink diagnostics_fault_sink(struct diagnostics *diagnostics);

/* True when a person reads standard error. */
bool diagnostics_is_terminal(void);

/* Prints what is to be known of the run as a whole, but is no fault of an input. */
void diagnostics_note(struct diagnostics *diagnostics, const char *message);

/* Shows how far the run is: on a terminal, in place of what was shown before, or (`asked`) as a
 * line of its own. */
void diagnostics_progress(struct diagnostics *diagnostics, const struct progress_counts *counts,
			  bool asked);

/* Takes the progress away, before something else is printed. */
void diagnostics_hide_progress(struct diagnostics *diagnostics);

/* Prints "wmihunt: MESSAGE" for an error that stops the command. */
void diagnostics_error(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* What a command adds to the summary; in order. */
struct summary_count {
	const char *name; /* of the JSON member, and with blanks for _ of the text */
	uint64_t count;
};

/* Prints the summary, unless quiet; `counts` ends with a NULL name. */
void diagnostics_summary(struct diagnostics *diagnostics, const struct tally *tally,
			 const struct summary_count *counts);

#endif
