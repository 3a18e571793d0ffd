/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_MAPPER_H
#define WH_MAP_MAPPER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "evtx/scan.h"
#include "archive/unpack.h"
#include "repository/repository.h"
#include "run/worker.h"

/* How inputs are read: the same for all of a run. */
struct map_settings {
	const struct event_selection *selection;
	bool use_sieve;
	enum decoder_choice decoder;
	bool recover;
	bool quick;
	bool no_events; /* only objects are read */
	const struct object_wants *objects; /* of WMI repositories; NULL: those are not read */
	bool trust_lines; /* event lines also in files that were not named, and in archives */
	bool tells_logs; /* answers what each log held */
	GRegex *host; /* only events of hosts that match, or NULL */
	uint64_t since; /* FILETIME, inclusive */
	uint64_t until; /* exclusive; UINT64_MAX: none */
	struct unpack_limits limits;
	const char *const *passwords; /* ends with NULL */
};

/* Is the event of the time and the host that are asked for? False, with *gave_up, where the regex
 * gives up. */
bool map_settings_admit(const struct map_settings *settings, const struct event *event,
			bool *gave_up);

/*
 * The map half: one input in, event lines out. Runs in workers; protocol.h says what goes in
 * and out.
 */
struct mapper;

/* Borrows the settings. */
struct mapper *mapper_new(const struct map_settings *settings);

/* Does one task (struct request). */
void mapper_work(struct mapper *mapper, const struct work *work);

#endif
