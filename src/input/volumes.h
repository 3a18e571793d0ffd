/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_INPUT_VOLUMES_H
#define WH_INPUT_VOLUMES_H

#include <stdint.h>

#include "base/limits.h"
#include "input/bad_ranges.h"
#include "input/stream.h"

/* Open files one after another, as one stream that is read at any offset. */
struct volumes {
	struct stream stream;
	uint64_t offset; /* of the next read */
	uint64_t *read_count; /* grows with what is read; may be NULL */
	struct bad_ranges bad; /* its faults are the caller's to set */
	uint32_t count;
	int fds[WH_MAX_VOLUMES]; /* borrowed */
	uint64_t starts[WH_MAX_VOLUMES]; /* of each in the stream */
};

/* Of at most WH_MAX_VOLUMES files. `path` is text and borrowed. */
void volumes_init(struct volumes *volumes, const int *fds, uint32_t count, const char *path);

#endif
