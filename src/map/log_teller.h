/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_LOG_TELLER_H
#define WH_MAP_LOG_TELLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evtx/log_facts.h"
#include "input/stream.h"

struct map_settings;

/* The worker's answers on what logs held. All but `faults` is its own. */
struct log_teller {
	const struct map_settings *settings;
	const char *path; /* of the input */
	bool is_part; /* of a log: what is read */
	bool has_told; /* of a log in the file at hand */
	uint64_t faults; /* whoever reports read errors counts them here */
	void (*answer)(void *context, const char *log, size_t size); /* as ANSWER_LOG has it */
	void *context;
};

/* Borrows the settings. */
void log_teller_init(struct log_teller *teller, const struct map_settings *settings,
		     void (*answer)(void *context, const char *log, size_t size), void *context);

/* Begins a file of the input at `path` (borrowed), or the input's own log, of which a part is read.
 */
void log_teller_begin_file(struct log_teller *teller, const char *path, bool is_part);

/* Answers what a log of the file held, of the hosts that are asked for; the others are dropped.
 * `context` is the teller. */
void log_teller_take(void *context, struct log_facts *facts);

/* The same of a log that a line is about. */
void log_teller_take_line(void *context, struct log_facts *facts);

/* Ends a file: one that is named like a log and is none that could be read is not the same as no
 * log. */
void log_teller_end_file(struct log_teller *teller, const struct reader *reader);

#endif
