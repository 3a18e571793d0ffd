/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_SUPPORT_MEMORY_STREAM_H
#define WH_TESTS_SUPPORT_MEMORY_STREAM_H

#include "input/stream.h"

/* Bytes in memory, which are borrowed, as a file or as a pipe. */
struct memory_stream {
	struct stream stream;
	const uint8_t *data;
	size_t size;
	size_t place; /* of the next read() */
	size_t step; /* the most that a read() gives; 0: what it asks for */
};

struct memory_stream memory_stream(const uint8_t *data, size_t size);

/* Without read_at, and at most `step` bytes a time (0: what is asked for). */
struct memory_stream memory_pipe(const uint8_t *data, size_t size, size_t step);

#endif
