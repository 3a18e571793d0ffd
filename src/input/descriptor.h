/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_INPUT_DESCRIPTOR_H
#define WH_INPUT_DESCRIPTOR_H

#include <stddef.h>
#include <stdint.h>

#include "input/bad_ranges.h"
#include "input/stream.h"

/* An open file, device or pipe as a stream. */
struct descriptor {
	struct stream stream;
	int fd; /* borrowed */
	uint64_t offset; /* of the next read */
	uint64_t *read_count; /* grows with what is read; may be NULL */
	struct bad_ranges bad; /* of a file; its faults are the caller's to set */
	/* Of a pipe. */
	uint8_t *tail; /* its last bytes: byte n stands at n % tail_size */
	size_t tail_size;
	const uint8_t *rest; /* what comes before the pipe's own bytes */
	size_t rest_size;
	bool waited;
	/* Called before a read that has to wait; may be NULL. */
	void (*will_wait)(void *context);
	void *context;
};

/* A stream over `fd`, which stays the caller's; `path` is text and borrowed. Then call
 * descriptor_use_file() or descriptor_use_pipe(). */
void descriptor_init(struct descriptor *descriptor, int fd, const char *path);

/* For a file of `size` bytes: reads at any offset, from 0. */
void descriptor_use_file(struct descriptor *descriptor, uint64_t size);

/* For a pipe: keeps the last `tail_size` bytes read in `tail` (the caller's), for the process that
 * has to go on when this one died. */
void descriptor_use_pipe(struct descriptor *descriptor, uint8_t *tail, size_t tail_size);

/* Gives `rest`, which begins at `offset` of the pipe and is borrowed, before what is still
 * in the pipe. */
void descriptor_put_back(struct descriptor *descriptor, const uint8_t *rest, size_t size,
			 uint64_t offset);

#endif
