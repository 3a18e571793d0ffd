/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_INPUT_BAD_RANGES_H
#define WH_INPUT_BAD_RANGES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/fault.h"
#include "base/limits.h"

struct bad_range {
	uint64_t begin, end;
};

/* Where a file's disk gives no bytes: what is asked for there is zeros, so that the rest is read.
 * All zero but for what the owner sets. */
struct bad_ranges {
	const char *path; /* text, for faults; borrowed */
	const struct fault_sink *faults; /* borrowed; NULL: reads fail as the system says */
	ssize_t (*read)(int fd, void *buffer, size_t size, off_t offset); /* NULL: pread(2) */
	unsigned failures; /* of reads so far */
	unsigned count;
	struct bad_range ranges[WH_MAX_BAD_RANGES]; /* in the order in which they were found */
};

/*
 * As pread(2) at `offset`, where `fd` begins at `start`; interrupted reads are retried. Each range
 * that gives no bytes is narrowed down to blocks and reported once. Fails when that would take more
 * than WH_MAX_BAD_READS failures, or there are more than WH_MAX_BAD_RANGES.
 */
ssize_t bad_ranges_read(struct bad_ranges *bad, int fd, uint64_t start, void *buffer, size_t size,
			uint64_t offset);

#endif
