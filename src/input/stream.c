/* SPDX-License-Identifier: Apache-2.0 */
#include "input/stream.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#include "base/aligned.h"

ssize_t stream_read_all_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	size_t got = 0;

	while (got < size) {
		ssize_t more =
			stream->read_at(stream, (uint8_t *)buffer + got, size - got, offset + got);

		if (more < 0)
			return -1;
		if (more == 0)
			break;
		got += (size_t)more;
	}
	return (ssize_t)got;
}

void reader_init(struct reader *reader, struct stream *stream)
{
	memset(reader, 0, sizeof(*reader));
	reader->stream = stream;
	reader->buffer = aligned_new(WH_READER_SIZE);
}

void reader_release(struct reader *reader)
{
	g_free(reader->buffer);
}

void reader_restart(struct reader *reader, struct stream *stream)
{
	*reader = (struct reader){.stream = stream, .buffer = reader->buffer};
}

static void make_room(struct reader *reader)
{
	size_t held = reader->end - reader->start;

	if (held && reader->start)
		memmove(reader->buffer, reader->buffer + reader->start, held);
	reader->start = 0;
	reader->end = held;
}

static size_t read_size(const struct reader *reader)
{
	size_t full = reader->offset == 0 ? WH_READER_SIZE : WH_READER_CHUNKS;

	return full > reader->end ? full - reader->end : WH_READER_SIZE - reader->end;
}

size_t reader_peek(struct reader *reader, size_t want, const uint8_t **data)
{
	want = MIN(want, WH_READER_SIZE);
	if (reader->end - reader->start < want && !reader->ended)
		make_room(reader);
	while (reader->end - reader->start < want && !reader->ended) {
		ssize_t got = reader->stream->read(reader->stream, reader->buffer + reader->end,
						   read_size(reader));

		if (got < 0)
			reader->error = errno;
		if (got <= 0)
			reader->ended = true;
		else
			reader->end += (size_t)got;
	}
	*data = reader->buffer + reader->start;
	return MIN(reader->end - reader->start, want);
}

void reader_skip(struct reader *reader, size_t size)
{
	g_assert(size <= reader->end - reader->start);
	reader->start += size;
	reader->offset += size;
}
