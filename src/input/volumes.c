/* SPDX-License-Identifier: Apache-2.0 */
#include "input/volumes.h"

#include <glib.h>
#include <unistd.h>

static ssize_t read_volumes_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	struct volumes *volumes = (struct volumes *)stream;
	uint32_t at = volumes->count - 1;
	uint64_t end;
	ssize_t got;

	if (offset >= stream->size)
		return 0;
	while (volumes->starts[at] > offset)
		at--;
	end = at + 1 < volumes->count ? volumes->starts[at + 1] : stream->size;
	size = MIN(size, end - offset);
	got = bad_ranges_read(&volumes->bad, volumes->fds[at], volumes->starts[at], buffer, size,
			      offset);
	if (got > 0 && volumes->read_count)
		*volumes->read_count += (uint64_t)got;
	return got;
}

static ssize_t read_volumes(struct stream *stream, void *buffer, size_t size)
{
	struct volumes *volumes = (struct volumes *)stream;
	ssize_t got = read_volumes_at(stream, buffer, size, volumes->offset);

	if (got > 0)
		volumes->offset += (uint64_t)got;
	return got;
}

void volumes_init(struct volumes *volumes, const int *fds, uint32_t count, const char *path)
{
	*volumes = (struct volumes){.count = MIN(count, WH_MAX_VOLUMES), .bad = {.path = path}};
	volumes->stream = (struct stream){.path = path,
					  .read = read_volumes,
					  .read_at = read_volumes_at,
					  .volume_starts = volumes->starts,
					  .volume_count = volumes->count};
	for (uint32_t i = 0; i < volumes->count; i++) {
		off_t end = lseek(fds[i], 0, SEEK_END);

		volumes->fds[i] = fds[i];
		volumes->starts[i] = volumes->stream.size;
		volumes->stream.size += end > 0 ? (uint64_t)end : 0;
	}
}
