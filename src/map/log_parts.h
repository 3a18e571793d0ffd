/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_LOG_PARTS_H
#define WH_MAP_LOG_PARTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A large log is read in parts by several workers, which begin where a chunk stands, and which do
 * not depend on how many workers there are.
 */
struct log_parts {
	int fd; /* borrowed */
	uint64_t size; /* of the log */
	uint64_t part_size;
	uint64_t counted_end; /* of the chunks that a log which was closed counts */
	uint64_t next; /* where the next part begins; `size`: there are no more */
	bool is_open; /* the log, by its file header */
};

/* False when the file of `size` bytes is no log, or holds less than two parts. Parts are of
 * `part_size` bytes (of whole chunks), longer where no chunk stands at their end. */
bool log_parts_begin(struct log_parts *parts, int fd, uint64_t size, uint64_t part_size);

/* The next part's place: `count` bytes from `first` on. False when there are no more. */
bool log_parts_next(struct log_parts *parts, uint64_t *first, uint64_t *count);

#endif
