/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_ARCHIVE_BYTES_H
#define WH_TESTS_ARCHIVE_BYTES_H

#include <glib.h>
#include <string.h>

#include "input/stream.h"

/* Bytes as a file, or as a pipe. */
struct archive_bytes {
	struct stream stream;
	const uint8_t *data;
	size_t size;
	size_t at;
};

static inline ssize_t archive_bytes_read_at(struct stream *stream, void *buffer, size_t size,
					    uint64_t offset)
{
	struct archive_bytes *memory = (struct archive_bytes *)stream;

	if (offset >= memory->size)
		return 0;
	size = MIN(size, memory->size - offset);
	memcpy(buffer, memory->data + offset, size);
	return (ssize_t)size;
}

static inline ssize_t archive_bytes_read(struct stream *stream, void *buffer, size_t size)
{
	struct archive_bytes *memory = (struct archive_bytes *)stream;
	ssize_t got = archive_bytes_read_at(stream, buffer, size, memory->at);

	memory->at += (size_t)got;
	return got;
}

static inline void archive_bytes_init(struct archive_bytes *memory, const uint8_t *data,
				      size_t size, bool is_pipe)
{
	*memory = (struct archive_bytes){.stream = {.path = "input", .read = archive_bytes_read},
					 .data = data,
					 .size = size};
	if (!is_pipe) {
		memory->stream.read_at = archive_bytes_read_at;
		memory->stream.size = size;
	}
}

#endif
