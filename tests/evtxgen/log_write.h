/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTXGEN_LOG_WRITE_H
#define WH_EVTXGEN_LOG_WRITE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "chunk_write.h"
#include "description.h"

/* Where a log goes, piece by piece. */
struct log_sink {
	bool (*write)(void *context, const uint8_t *data, size_t size, GError **error);
	void *context;
};

/* What the file header tells. */
struct log_counts {
	uint64_t chunks;
	uint64_t records;
	uint64_t last_id;
};

/* A log that is being written: one chunk in memory, those before it gone to the sink. */
struct log_writer {
	struct log_sink sink; /* write = NULL: the log is only counted */
	struct log_counts counts; /* of what went to the sink */
	struct chunk_writer chunk;
};

void log_writer_init(struct log_writer *log, struct log_sink sink);

/* The header comes first and tells of all that follows: `counts` come from an earlier round. */
bool log_write_header(struct log_writer *log, enum file_header header,
		      const struct log_counts *counts, GError **error);
/* Ends the chunk, if it holds a record, and begins the next. */
bool log_end_chunk(struct log_writer *log, GError **error);
/* Adds unused chunks until there are `chunks`. */
bool log_pad(struct log_writer *log, uint64_t chunks, GError **error);

#endif
