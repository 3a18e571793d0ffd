/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_LAYER_H
#define WH_ARCHIVE_LAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "input/stream.h"

/* A stream that is made of others and can begin anew; first member of each kind. */
struct layer {
	struct stream stream;
	/* Back to the first byte. NULL, or false: it cannot be done (any more). */
	bool (*rewind)(struct layer *layer);
	/* Steps over `size` bytes without reading them. NULL, or false: read them. */
	bool (*skip)(struct layer *layer, uint64_t size);
	void (*free)(struct layer *layer); /* NULL: the owner knows */
	const struct fault_sink *faults;
	uint64_t offset; /* of the next byte */
	uint64_t packed; /* bytes that were taken from below for those given */
	bool reported; /* of its damage: once, not in each pass */
};

/* Reports a fault at the layer's offset. */
void layer_report(struct layer *layer, enum fault_code code, const char *what);

void layer_free(struct layer *layer);

/* A reader that can begin anew. */
struct feed {
	struct reader reader;
	struct layer *layer;
};

void feed_init(struct feed *feed, struct layer *layer);
void feed_release(struct feed *feed);

/* The same memory for another layer. */
void feed_restart(struct feed *feed, struct layer *layer);

bool feed_rewind(struct feed *feed);

/* Steps over up to `size` bytes; returns over how many, fewer only at the end. */
uint64_t feed_skip(struct feed *feed, uint64_t size);

#endif
