/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_PROTOCOL_H
#define WH_MAP_PROTOCOL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/aligned.h"
#include "base/fault.h"
#include "base/limits.h"
#include "evtx/scan.h"
#include "run/worker.h"

/* What the parent and the workers of a map job send each other. */

/* What has been read, for the summary. All members are uint64_t. */
struct tally {
	uint64_t files; /* logs and files of event lines */
	uint64_t skipped; /* files of another kind */
	uint64_t bytes;
	uint64_t lines; /* event lines */
	uint64_t duplicates;
	uint64_t binary_mofs; /* files that mofcomp made of MOF text; skipped */
	struct scan_counts scan;
};

void tally_add(struct tally *tally, const struct tally *more);

/* True when no count is larger than `most`. */
bool tally_is_within(const struct tally *tally, uint64_t most);

/*
 * Where in an input to go on when a worker died there. Files are counted as they are met, those
 * in archives too.
 */
struct resumption {
	bool active;
	uint64_t file; /* those before it are done */
	uint64_t offset; /* in that file; UINT64_MAX: it is done, too */
	uint32_t format; /* of a pipe: the status's */
	uint32_t rest; /* bytes of a pipe that the worker had read before it died; they follow the
			  path */
};

/* The head of a task's request; the path's bytes, the names of a repository's files and the rest of
 * a pipe follow. */
struct request {
	uint64_t archive; /* the input's number */
	uint64_t size; /* of what can be read at any offset; 0 for a pipe */
	bool is_pipe;
	bool is_split; /* into volumes */
	uint32_t names; /* bytes of names; 0: no repository */
	bool named;
	bool is_range; /* of a zip's entries */
	bool is_log_part; /* `count` bytes from `first` on */
	bool is_log_open;
	bool is_export_part; /* the same of an export */
	uint64_t first;
	uint64_t count;
	struct resumption resumption;
	uint32_t path_length;
};

/* Of a log or an export. An export counts nothing itself, so it has no word but its end. */
static inline bool request_is_part(const struct request *request)
{
	return request->is_log_part || request->is_export_part;
}

/* What a worker is doing, on its status while it does it. */
enum worker_place {
	AT_NOTHING, /* between files: in an archive's own structure */
	AT_FILE, /* reading a file's bytes, unpacking them on the way */
	AT_CHUNK, /* at a piece of a file that was read */
};

#define WH_STATUS_TAIL (1 << 20) /* more than readers look ahead */
#define WH_STATUS_NAME 1024

struct worker_status {
	uint32_t place; /* enum worker_place */
	uint32_t format; /* number of the kind of the file at hand in the mapper's table */
	uint64_t file; /* its number */
	uint64_t offset; /* of the chunk or line at hand */
	uint64_t size; /* of it */
	uint64_t entry; /* number of the input's entry at hand */
	uint64_t read; /* bytes read from the input's descriptor */
	uint64_t progress; /* bytes passed; it grows with all that brings the task on */
	uint32_t held; /* events of an export that were read and wait for others */
	uint32_t is_plain; /* the file at hand is the input itself */
	char name[WH_STATUS_NAME]; /* of the entry at hand, cut to fit; "" when there is none */
	struct tally tally;
	WH_ALIGNED uint8_t
		tail[WH_STATUS_TAIL]; /* a pipe's last bytes: byte n stands at n % WH_STATUS_TAIL */
};

/* Answers in the order of tasks … */
enum {
	ANSWER_EVENT = WH_FRAME_ORDERED,
	ANSWER_OBJECT, /* wmi_object_pack() */
	ANSWER_FAULT,
	ANSWER_SPENT,
	ANSWER_LOG,
	ANSWER_TALLY, /* the worker's result */
	/* See map/log_word.h. */
	ANSWER_LOG_HEADER,
	ANSWER_LOG_CHUNKS,
	ANSWER_LOG_END, /* its last part is read */
	ANSWER_LOG_LOST, /* some of it is, since a worker died */
};
/* … and at once. */
enum { ANSWER_SPLIT = WH_FRAME_AT_ONCE, ANSWER_PASSWORD };

/* ANSWER_LOG: a byte of these flags, then a line of kind "log" (map/log_line.h). */
enum {
	LOG_IS_OWN = 1, /* the log is the input, or in it: the line has no path */
	LOG_IS_PART = 2, /* more of it may come before the next input's */
	LOG_ENDS = 4, /* that was the last part */
};

/* ANSWER_EVENT: a packed event (event/event_pack.h), without the path of the input, which the
 * parent knows. ANSWER_TALLY: struct tally. ANSWER_PASSWORD: nothing; the
 * reply is a byte 1 and a password, or a byte 0. ANSWER_SPLIT: entries of a zip, or bytes of an
 * export. */
struct split {
	uint64_t first;
	uint64_t count;
	uint64_t packed;
	uint64_t is_export;
};

/* ANSWER_SPENT: what a task has unpacked by now. */
struct spent {
	uint64_t bytes;
	uint64_t entries;
	struct tally tally; /* what was read of it */
};

/* ANSWER_FAULT: a fault, without its path where that is the input's, which the parent knows. */
GByteArray *fault_encode(const struct fault *fault, bool with_path);

/* Fills a fault from a worker's bytes, which it borrows. False when they are none. */
bool fault_decode(const uint8_t *data, size_t size, struct fault *out);

#endif
