/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_INPUT_WALK_H
#define WH_INPUT_WALK_H

#include <stdbool.h>

#include "base/fault.h"
#include "input/stream.h"

struct walk {
	/* Called for each file; `named`: the user gave this very path. Returns false to stop. */
	bool (*visit)(void *context, struct stream *stream, bool named);
	void *context;
	const struct fault_sink *faults;
};

/*
 * Visits `path`: a file, "-" (standard input), or every regular file below a folder in
 * the order of their names. Links inside folders are not followed, devices and pipes
 * inside them not opened. What cannot be opened is a fault. Returns false when a
 * visit stopped the walk.
 */
bool walk_path(const struct walk *walk, const char *path);

#endif
