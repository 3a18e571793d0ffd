/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/memory_stream.h"

#include <glib.h>
#include <string.h>

static ssize_t read_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	const struct memory_stream *memory = (const struct memory_stream *)stream;

	if (offset >= memory->size)
		return 0;
	size = MIN(size, memory->size - offset);
	memcpy(buffer, memory->data + offset, size);
	return (ssize_t)size;
}

static ssize_t read_next(struct stream *stream, void *buffer, size_t size)
{
	struct memory_stream *memory = (struct memory_stream *)stream;
	ssize_t got = read_at(stream, buffer, memory->step ? MIN(size, memory->step) : size,
			      memory->place);

	memory->place += (size_t)got;
	return got;
}

struct memory_stream memory_pipe(const uint8_t *data, size_t size, size_t step)
{
	return (struct memory_stream){.stream = {.path = "memory", .read = read_next},
				      .data = data,
				      .size = size,
				      .step = step};
}

struct memory_stream memory_stream(const uint8_t *data, size_t size)
{
	struct memory_stream memory = memory_pipe(data, size, 0);

	memory.stream.read_at = read_at;
	memory.stream.size = size;
	return memory;
}
