/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_METER_H
#define WH_ARCHIVE_METER_H

#include "archive/layer.h"
#include "archive/unpack.h"

/* What an input may still cost. */
struct budget {
	uint64_t size; /* inflated bytes */
	uint64_t entries;
	bool reported; /* that it is used up */
};

/* What a request has cost so far, told by spent(). */
struct spending {
	const struct unpack_calls *calls;
	uint64_t bytes, entries;
	uint64_t told; /* bytes, when it was told last */
};

void spending_tell(struct spending *spending);

/*
 * Holds a layer to the limits: at one it tells which and ends. What is read again after a
 * rewind costs nothing.
 */
struct meter {
	struct layer layer;
	struct layer *below;
	const struct unpack_limits *limits;
	struct budget *budget; /* NULL: the total was decided before */
	struct spending *spending;
	uint64_t seen; /* bytes paid for */
	bool stopped; /* at a limit */
};

/* Borrows all. */
void meter_init(struct meter *meter, struct layer *below, const struct unpack_limits *limits,
		struct budget *budget, struct spending *spending);

/* Pays for one more entry of `layer`; false, reported once, when that is one too many. */
bool budget_add_entry(struct budget *budget, struct layer *layer);

#endif
