/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/archive/memory_stream.h"

#include <glib.h>
#include <string.h>

static ssize_t read_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	const struct memory_stream *memory = (const struct memory_stream *)stream;

	if (offset >= stream->size)
		return 0;
	size = (size_t)MIN(size, stream->size - offset);
	memcpy(buffer, memory->data + offset, size);
	return (ssize_t)size;
}

static ssize_t read_next(struct stream *stream, void *buffer, size_t size)
{
	struct memory_stream *memory = (struct memory_stream *)stream;
	ssize_t got = read_at(stream, buffer, size, memory->place);

	memory->place += (uint64_t)got;
	return got;
}

struct memory_stream memory_stream(const uint8_t *data, size_t size)
{
	return (struct memory_stream){
		.stream = {.path = "memory", .read = read_next, .read_at = read_at, .size = size},
		.data = data};
}
