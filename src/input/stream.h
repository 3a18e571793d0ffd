/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_INPUT_STREAM_H
#define WH_INPUT_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/limits.h"

/* A source of bytes with a name, read once from start to end. */
struct stream {
	const char *path; /* text (base/text.h); borrowed */
	const char *entry; /* inside an archive, or NULL; borrowed */
	/* The next bytes, at most `size`: how many, 0 at the end, -1 with errno. Interrupted reads
	 * are retried. */
	ssize_t (*read)(struct stream *stream, void *buffer, size_t size);
	/* Bytes from `offset` on: how many, 0 at the end, -1 with errno. Leaves the place of read()
	 * alone. NULL where bytes come in order only. */
	ssize_t (*read_at)(struct stream *stream, void *buffer, size_t size, uint64_t offset);
	uint64_t size; /* where read_at is there */
	/* Where the volumes of a split archive begin, for those that count offsets in them;
	 * borrowed. NULL: it is of one piece. */
	const uint64_t *volume_starts;
	uint32_t volume_count;
};

/* Reads `size` bytes from `offset` on with read_at(), which must be there. Returns how many,
 * fewer only at the end; -1 with errno. */
ssize_t stream_read_all_at(struct stream *stream, void *buffer, size_t size, uint64_t offset);

/*
 * Looks ahead in a stream. Holds a few chunks of it at most; a pipe works like a file.
 * Reads are sized so that chunks after a file header need no copying: what is
 * carried over between reads is a few KiB of look-ahead.
 */
struct reader {
	struct stream *stream;
	uint8_t *buffer;
	size_t start; /* of what is not yet consumed, in buffer */
	size_t end;
	uint64_t offset; /* of buffer[start] in the stream */
	bool ended;
	int error; /* errno of the read that failed, 0 when none did */
};

/* Borrows the stream; release frees the buffer only. */
void reader_init(struct reader *reader, struct stream *stream);
void reader_release(struct reader *reader);

/* Begins to read `stream` (borrowed), another or the old one from its present place, with the
 * memory that is there. */
void reader_restart(struct reader *reader, struct stream *stream);

/*
 * Makes up to `want` bytes (at most WH_READER_SIZE) available at *data and returns how
 * many there are; fewer only at the end of the stream or after a failed read, whose errno is
 * then in `error`. Valid until the next call.
 */
size_t reader_peek(struct reader *reader, size_t want, const uint8_t **data);

/* Consumes `size` bytes; no more than the last peek returned. */
void reader_skip(struct reader *reader, size_t size);

/* A file header, some chunks, and the beginning of the chunk after them. */
#define WH_READER_CHUNKS (4 * WH_CHUNK_SIZE + WH_FILE_HEADER_SIZE)
#define WH_READER_SIZE (WH_FILE_HEADER_SIZE + WH_READER_CHUNKS)

#endif
