/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_LINE_INPUTS_H
#define WH_CLI_LINE_INPUTS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "cli/reducer.h"
#include "map/protocol.h"
#include "report/saved_line.h"

/*
 * Files of lines that a command reads itself, in its process: the parent opens them, and reads
 * nothing of what they hold. Begins as zeros.
 */
struct line_inputs {
	GPtrArray *paths; /* char *: of those that could be opened; "-" for standard input */
	GArray *descriptors; /* int, of each, after others; borrowed */
	guint first; /* of its own there */
};

/* Opens all of `paths` (NULL ends), counts them, and adds their descriptors (int) to a list that
 * outlives the inputs; one that cannot be opened is a fault. */
void line_inputs_open(struct line_inputs *inputs, char *const *paths, GArray *descriptors,
		      struct tally *tally, const struct fault_sink *faults);
void line_inputs_release(struct line_inputs *inputs);

/*
 * Reads a line of results, or a message of the run that wrote them, which may stand among these: a
 * message is handed to `faults`, and *line is NULL. False, with a reason that is borrowed until the
 * next call, for any other line. *line is borrowed as saved_lines_read() says.
 */
bool line_inputs_read_saved(struct saved_lines *lines, const char *path, const char *text,
			    size_t length, const struct fault_sink *faults,
			    const struct saved_line **line, const char **reason);

/* Takes a line, without its line feed. False, with a reason that is borrowed until the next call,
 * when it is not as it should be; *go_on is set to false when no more are wanted. */
struct line_taker {
	bool (*take)(void *context, const char *path, const char *line, size_t length,
		     const char **reason, bool *go_on);
	void *context;
};

/*
 * For the process that reads, in which the list of descriptors stands from `fd` on: hands over
 * all lines, until the parent says that there is no more to do. What is wrong with lines is a fault
 * for each cause and file, which names the lines by their numbers.
 */
void line_inputs_read(const struct line_inputs *inputs, int fd, struct reducer_link *link,
		      const struct line_taker *taker, const struct fault_sink *faults);

#endif
