/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_MAPPER_STATE_H
#define WH_MAP_MAPPER_STATE_H

#include "evtx/scan.h"
#include "map/log_teller.h"
#include "map/log_word.h"
#include "map/mapper.h"
#include "map/object_reader.h"
#include "map/protocol.h"

/* What mapper.c has at hand, for the readers of file_format.c. */
struct mapper {
	const struct map_settings *settings;
	struct unpack_calls calls;
	struct unpacker *unpacker;
	struct scanner *scanner; /* NULL until there is a log */
	struct fault_sink faults;
	uint64_t end; /* of the part of the file at hand; UINT64_MAX: that is all of it */
	struct object_reader *objects; /* NULL: repositories are not read */
	GByteArray *packed; /* the event at hand */
	struct log_word_sender log_word; /* of the part of a log at hand */
	GPtrArray *asked; /* passwords that were typed in */

	/* The task at hand. */
	const struct work *work;
	struct request request;
	char *path; /* text: the input's */
	struct worker_status *status;
	struct scan *scan;
	uint64_t files;
	struct log_teller logs;
	enum { SKIPPED, READ, COUNTED_BEFORE } counts_as; /* the file at hand */
	bool muted; /* on the way to where a worker died: faults there were reported by it */
};

/* Answers a fault; `context` is the mapper, as in those that follow. */
void mapper_add_fault(void *context, const struct fault *fault);

/* Answers a fault at the reader's offset. */
void mapper_report(struct mapper *mapper, const struct reader *reader, enum fault_code code,
		   const char *what);

/* Answers an event, if it is wanted; always true. */
bool mapper_take_event(void *context, const struct event *event, enum event_fit fit);

/* Says that a piece of the file begins, for who looks after a crash; `size` 0: it has ended, and
 * what it gave stays. */
void mapper_at_piece(void *context, uint64_t offset, size_t size);

/* Reads a log, or looks for chunks. `in_log`: a log's header stands before the reader's offset.
 * `part`: what is read of it, or NULL. */
void mapper_scan(struct mapper *mapper, struct reader *reader, bool in_log,
		 const struct scan_part *part);

#endif
