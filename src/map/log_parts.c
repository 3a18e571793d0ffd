/* SPDX-License-Identifier: Apache-2.0 */
#include "map/log_parts.h"

#include <glib.h>
#include <unistd.h>

#include "base/limits.h"
#include "evtx/chunk.h"
#include "evtx/log_check.h"

bool log_parts_begin(struct log_parts *parts, int fd, uint64_t size, uint64_t part_size)
{
	uint8_t head[WH_LOG_HEADER_USED];
	struct log_header header;

	if (size < 2 * part_size || pread(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    !evtx_has_file_header(head, sizeof(head)) ||
	    !log_header_read(head, sizeof(head), &header))
		return false;
	*parts = (struct log_parts){.fd = fd,
				    .size = size,
				    .part_size = part_size,
				    .counted_end = size,
				    .is_open = header.is_open};
	/* What follows may be another log. */
	if (!header.is_open)
		parts->counted_end =
			MIN(size, WH_FILE_HEADER_SIZE + header.counted * WH_CHUNK_SIZE);
	return true;
}

static bool is_chunk(const struct log_parts *parts, uint64_t offset)
{
	uint8_t magic[WH_MAGIC_SIZE];

	return pread(parts->fd, magic, sizeof(magic), (off_t)offset) == (ssize_t)sizeof(magic) &&
	       chunk_find_magic(magic, sizeof(magic)) == 0;
}

bool log_parts_next(struct log_parts *parts, uint64_t *first, uint64_t *count)
{
	uint64_t begin = parts->next, end;

	if (begin >= parts->size)
		return false;
	end = (begin ? begin : WH_FILE_HEADER_SIZE) + parts->part_size;
	while (end < parts->counted_end && !is_chunk(parts, end))
		end += parts->part_size;
	if (end >= parts->counted_end)
		end = parts->size;
	*first = begin;
	*count = end - begin;
	parts->next = end;
	return true;
}
