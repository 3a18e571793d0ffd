/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_MAP_H
#define WH_MAP_MAP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "map/protocol.h"
#include "map/mapper.h"
#include "run/progress.h"
#include "run/signals.h"
#include "run/sandbox.h"

/* The map half of a run: paths in, events out, in workers. */
struct map_job {
	struct map_settings settings;
	char *const *paths;
	/* What each is called in all that is said of it; NULL: as it is. */
	char *const *names;
	unsigned jobs;
	unsigned timeout; /* seconds for an input, 0 for any */
	enum sandbox_choice sandbox;

	/* Takes a packed event (event/event_pack.h) that was read from the input of that path, for
	 * the call. False stops the run. */
	bool (*take)(void *context, const char *path, const uint8_t *event, size_t size);
	/* Takes a packed object (repository/wmi_object.h), as take() does an event. NULL: none is
	 * asked for. */
	bool (*take_object)(void *context, const char *path, const uint8_t *object, size_t size);
	/* Takes what a log held, as ANSWER_LOG has it, in the same way. */
	bool (*take_log)(void *context, const char *path, const uint8_t *log, size_t size);
	/* False while no event can be taken. */
	bool (*may_take)(void *context);
	/* Where those go who take the events; as in struct pool_stage. polled() returns false to
	 * stop the run. */
	unsigned (*get_descriptors)(void *context, struct pollfd *fds);
	bool (*polled)(void *context, const struct pollfd *fds, unsigned count);
	/* Says something about the run as a whole. */
	void (*note)(void *context, const char *message);
	/* Shows how far the run is; `asked`: because a person asked. */
	void (*show)(void *context, const struct progress_counts *counts, bool asked);
	bool count_first; /* look at all files before, so that the totals are known */
	/* Asks a person for one more password for the archive; NULL: none. The caller frees. */
	char *(*ask_password)(void *context, const char *path);
	void *context;
	const struct fault_sink *faults;
	const struct signals *signals; /* caught; borrowed */
	struct tally tally;
};

enum map_end {
	MAP_ENDED,
	MAP_INTERRUPTED,
	MAP_FAILED, /* `note` was called with why */
};

/*
 * Reads logs and event lines, in archives or not, known by their content, at and below the
 * paths. Events and faults come in the order of paths and entries, whatever `jobs` is.
 */
enum map_end map_job_run(struct map_job *job);

#endif
