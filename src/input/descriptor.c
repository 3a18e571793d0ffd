/* SPDX-License-Identifier: Apache-2.0 */
#include "input/descriptor.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

void descriptor_init(struct descriptor *descriptor, int fd, const char *path)
{
	memset(descriptor, 0, sizeof(*descriptor));
	descriptor->stream.path = descriptor->bad.path = path;
	descriptor->fd = fd;
}

static void count(struct descriptor *descriptor, ssize_t got)
{
	if (got > 0 && descriptor->read_count)
		*descriptor->read_count += (uint64_t)got;
}

static ssize_t read_file_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	struct descriptor *descriptor = (struct descriptor *)stream;
	ssize_t got;

	if (offset >= stream->size)
		return 0;
	size = MIN(size, stream->size - offset);
	got = bad_ranges_read(&descriptor->bad, descriptor->fd, 0, buffer, size, offset);
	count(descriptor, got);
	return got;
}

static ssize_t read_file(struct stream *stream, void *buffer, size_t size)
{
	struct descriptor *descriptor = (struct descriptor *)stream;
	ssize_t got = read_file_at(stream, buffer, size, descriptor->offset);

	if (got > 0)
		descriptor->offset += (uint64_t)got;
	return got;
}

void descriptor_use_file(struct descriptor *descriptor, uint64_t size)
{
	descriptor->stream.read = read_file;
	descriptor->stream.read_at = read_file_at;
	descriptor->stream.size = size;
}

/* A named pipe that nobody has opened for writing yet is not at its end. */
static void wait_for_writer(struct descriptor *descriptor)
{
	struct pollfd fd = {.fd = descriptor->fd, .events = POLLIN};

	if (descriptor->will_wait && poll(&fd, 1, 0) == 0)
		descriptor->will_wait(descriptor->context);
	if (!descriptor->waited)
		while (poll(&fd, 1, -1) < 0 && errno == EINTR)
			;
	descriptor->waited = true;
}

static ssize_t read_pipe(struct stream *stream, void *buffer, size_t size)
{
	struct descriptor *descriptor = (struct descriptor *)stream;
	size_t place = descriptor->offset % descriptor->tail_size;
	uint8_t *tail = descriptor->tail + place;
	ssize_t got;

	size = MIN(size, descriptor->tail_size - place);
	if (descriptor->rest_size) {
		got = (ssize_t)MIN(size, descriptor->rest_size);
		memcpy(tail, descriptor->rest, (size_t)got);
		descriptor->rest += got;
		descriptor->rest_size -= (size_t)got;
	} else {
		wait_for_writer(descriptor);
		do
			got = read(descriptor->fd, tail, size);
		while (got < 0 && errno == EINTR);
	}
	if (got > 0) {
		memcpy(buffer, tail, (size_t)got);
		descriptor->offset += (uint64_t)got;
		count(descriptor, got);
	}
	return got;
}

void descriptor_use_pipe(struct descriptor *descriptor, uint8_t *tail, size_t tail_size)
{
	descriptor->stream.read = read_pipe;
	descriptor->tail = tail;
	descriptor->tail_size = tail_size;
}

void descriptor_put_back(struct descriptor *descriptor, const uint8_t *rest, size_t size,
			 uint64_t offset)
{
	descriptor->rest = rest;
	descriptor->rest_size = size;
	descriptor->offset = offset;
}
