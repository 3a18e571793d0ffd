/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_UNIT_MEMORY_STREAM_H
#define WH_TESTS_UNIT_MEMORY_STREAM_H

#include "input/stream.h"

/* A stream over bytes in memory, which are borrowed. */
struct memory_stream {
	struct stream stream;
	const uint8_t *data;
	uint64_t place;
};

struct memory_stream memory_stream(const uint8_t *data, size_t size);

#endif
