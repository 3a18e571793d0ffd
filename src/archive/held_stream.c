/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/held_stream.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"

struct held_stream {
	struct stream stream;
	GByteArray *bytes;
	uint64_t offset; /* of the next read in order */
};

static ssize_t read_held_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	struct held_stream *held = (struct held_stream *)stream;

	if (offset >= held->bytes->len)
		return 0;
	size = MIN(size, held->bytes->len - offset);
	memcpy(buffer, held->bytes->data + offset, size);
	return (ssize_t)size;
}

static ssize_t read_held(struct stream *stream, void *buffer, size_t size)
{
	struct held_stream *held = (struct held_stream *)stream;
	ssize_t got = read_held_at(stream, buffer, size, held->offset);

	held->offset += (uint64_t)got;
	return got;
}

struct held_stream *held_stream_new(struct reader *reader)
{
	struct held_stream *held = g_new0(struct held_stream, 1);
	const uint8_t *data;
	size_t size;

	held->bytes = g_byte_array_new();
	while ((size = reader_peek(reader, WH_CHUNK_SIZE, &data)) > 0) {
		if (held->bytes->len + size > WH_MAX_HELD_ARCHIVE) {
			held_stream_free(held);
			return NULL;
		}
		g_byte_array_append(held->bytes, data, (guint)size);
		reader_skip(reader, size);
	}
	held->stream = (struct stream){.path = reader->stream->path,
				       .entry = reader->stream->entry,
				       .read = read_held,
				       .read_at = read_held_at,
				       .size = held->bytes->len};
	return held;
}

void held_stream_free(struct held_stream *held)
{
	if (!held)
		return;
	g_byte_array_unref(held->bytes);
	g_free(held);
}

struct stream *held_stream_get(struct held_stream *held)
{
	return &held->stream;
}
