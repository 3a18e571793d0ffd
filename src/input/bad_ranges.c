/* SPDX-License-Identifier: Apache-2.0 */
#include "input/bad_ranges.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 4096 /* the least that a disk loses, and what Linux reads of a file at once */

static ssize_t read_at(const struct bad_ranges *bad, int fd, void *buffer, size_t size,
		       uint64_t offset)
{
	ssize_t got;

	do
		got = bad->read ? bad->read(fd, buffer, size, (off_t)offset)
				: pread(fd, buffer, size, (off_t)offset);
	while (got < 0 && errno == EINTR);
	return got;
}

/* A disk says EIO or ENODATA, a file system whose checksum is wrong EBADMSG. */
static bool is_of_place(int error)
{
	return error == EIO || error == ENODATA || error == EBADMSG;
}

/* The known range that holds `offset`, or NULL; *size is cut where the next one begins. */
static const struct bad_range *find_range(const struct bad_ranges *bad, uint64_t offset,
					  size_t *size)
{
	for (unsigned i = 0; i < bad->count; i++) {
		const struct bad_range *range = &bad->ranges[i];

		if (offset >= range->begin && offset < range->end)
			return range;
		if (offset < range->begin)
			*size = MIN(*size, range->begin - offset);
	}
	return NULL;
}

static void report(const struct bad_ranges *bad, const struct bad_range *range, int error)
{
	g_autofree char *what = g_strdup_printf("cannot read %" G_GUINT64_FORMAT
						" bytes: %s; zeros are taken for them",
						range->end - range->begin, g_strerror(error));
	struct fault fault = {.code = FAULT_UNREADABLE,
			      .what = what,
			      .path = bad->path,
			      .offset = range->begin,
			      .has_offset = true};

	fault_report(bad->faults, &fault);
}

/* The block at `offset` cannot be read, for errno: how far that goes. NULL: there are too many. */
static const struct bad_range *add_range(struct bad_ranges *bad, int fd, uint64_t start,
					 uint64_t offset)
{
	struct bad_range *range = &bad->ranges[bad->count];
	int error = errno;
	uint8_t probe;

	if (bad->count == G_N_ELEMENTS(bad->ranges))
		return NULL;
	bad->count++;
	range->begin = offset - (offset - start) % BLOCK;
	range->end = range->begin + BLOCK;
	while (bad->failures < WH_MAX_BAD_READS &&
	       read_at(bad, fd, &probe, 1, range->end - start) < 0 && is_of_place(errno)) {
		bad->failures++;
		range->end += BLOCK;
	}
	report(bad, range, error);
	errno = error;
	return range;
}

static ssize_t give_zeros(const struct bad_range *range, void *buffer, size_t size, uint64_t offset)
{
	size = MIN(size, range->end - offset);
	memset(buffer, 0, size);
	return (ssize_t)size;
}

ssize_t bad_ranges_read(struct bad_ranges *bad, int fd, uint64_t start, void *buffer, size_t size,
			uint64_t offset)
{
	const struct bad_range *range = find_range(bad, offset, &size);
	size_t rest = BLOCK - (offset - start) % BLOCK;
	ssize_t got;

	if (range)
		return give_zeros(range, buffer, size, offset);
	while ((got = read_at(bad, fd, buffer, size, offset - start)) < 0 && is_of_place(errno) &&
	       bad->faults && bad->failures < WH_MAX_BAD_READS) {
		bad->failures++;
		if (size <= rest) {
			range = add_range(bad, fd, start, offset);
			return range ? give_zeros(range, buffer, size, offset) : -1;
		}
		size = MAX(rest, size / 2);
	}
	return got;
}
