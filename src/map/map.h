/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_MAP_H
#define WH_MAP_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "map/protocol.h"
#include "map/mapper.h"
#include "run/progress.h"
#include "run/sandbox.h"

/* The map half of a run: paths in, event lines out, in workers. */
struct map_job {
	struct map_settings settings;
	char *const *paths;
	unsigned jobs;
	unsigned timeout; /* seconds for an input, 0 for any */
	enum sandbox_choice sandbox;
	bool keep_duplicates;

	/* Takes an event line, its line feed included, for the call. False stops the run. */
	bool (*take)(void *context, const char *line, size_t length);
	/* Says something about the run as a whole. */
	void (*note)(void *context, const char *message);
	/* Shows how far the run is; `asked`: because a person asked. */
	void (*show)(void *context, const struct progress_counts *counts, bool asked);
	bool count_first; /* look at all files before, so that the totals are known */
	/* Asks a person for one more password for the archive; NULL: none. The caller frees. */
	char *(*ask_password)(void *context, const char *path);
	void *context;
	const struct fault_sink *faults;
	struct tally tally;
};

enum map_end {
	MAP_ENDED,
	MAP_INTERRUPTED,
	MAP_FAILED, /* `tell` was called with why */
};

/*
 * Reads logs and event lines, in archives or not, known by their content, at and below the
 * paths. Lines and faults come in the order of paths and entries, whatever `jobs` is.
 */
enum map_end map_job_run(struct map_job *job);

#endif
