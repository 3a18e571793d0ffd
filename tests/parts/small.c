/* SPDX-License-Identifier: Apache-2.0 */
/* Linked into wmihunt-parts in front of log_parts_begin() (ld --wrap): parts of two chunks, so that
 * small logs are read in parts. */
#include "base/limits.h"
#include "map/log_parts.h"

bool __real_log_parts_begin(struct log_parts *parts, int fd, uint64_t size, uint64_t part_size);
bool __wrap_log_parts_begin(struct log_parts *parts, int fd, uint64_t size, uint64_t part_size);

bool __wrap_log_parts_begin(struct log_parts *parts, int fd, uint64_t size, uint64_t part_size)
{
	(void)part_size;
	return __real_log_parts_begin(parts, fd, size, (uint64_t)2 * WH_CHUNK_SIZE);
}
