/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_SESSION_H
#define WH_CLI_SESSION_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "map/map.h"
#include "cli/read_options.h"
#include "cli/output.h"
#include "report/table.h"
#include "cli/diagnostics.h"

/* Exit status, as grep's. */
enum { EXIT_MATCHED = 0, EXIT_NOTHING = 1, EXIT_FAULT = 2 };

/*
 * What the commands that read logs share: options, where output and diagnostics go, and the reading
 * of the inputs.
 */
struct session {
	/* Options, as given. */
	struct read_options read_options;
	char *format;
	char *output_path;
	char *since_text;
	char *until_text;
	char *host_pattern;
	gboolean quiet;

	struct output output;
	struct diagnostics diagnostics;
	struct fault_sink faults;
	bool as_table;
	bool failed; /* something went wrong that is no fault of an input */
	struct map_job job;
	/* The command's. */
	bool (*take)(void *context, const char *line, size_t length);
	void *context;
};

/* What a command says of itself. */
struct session_command {
	const char *usage;
	const char *summary;
	const GOptionEntry *entries; /* its own options; NULL ends */
	bool one_format; /* its output has one form: there is no --format */
};

/*
 * Parses the command line: the command's own options and those that all share.
 * Prints what is wrong. False: return *status at once.
 */
bool session_begin(struct session *session, int argc, char **argv,
		   const struct session_command *command, int *status);

/* Opens the output, when all else is known to be right: it must be no input. Prints what is
 * wrong. */
bool session_open(struct session *session);

/*
 * Reads the paths and hands the lines of events that tell of subscriptions or that a rule of
 * session->job.settings.rules matches (or with `every`, all) of the wanted hosts and times
 * to `take`, which returns false to stop.
 */
struct tally session_collect(struct session *session, bool every,
			     bool (*take)(void *context, const char *line, size_t length),
			     void *context);

/* How a table fits the output: its width, and colours unless NO_COLOR is set. */
struct table_options session_table_options(const struct session *session);

/* Prints and frees the table. */
void session_print_table(struct session *session, struct table *table);

/* For a session that was not opened; session_end() releases the others. */
void session_release(struct session *session);

/* Closes the output and returns the exit status. Releases all. */
int session_end(struct session *session, bool matched);

#endif
