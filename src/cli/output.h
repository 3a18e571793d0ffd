/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_OUTPUT_H
#define WH_CLI_OUTPUT_H

#include <glib.h>
#include <stdbool.h>

/* Where data goes: standard output or a file. Holds whole lines back until there are many. */
struct output {
	int fd;
	const char *path; /* NULL for standard output; borrowed */
	bool is_terminal;
	GString *lines; /* not yet written */
	int error; /* errno of the first write that failed; EPIPE is a quiet end */
};

bool output_open(struct output *output, const char *path, GError **error);

/* Takes whole lines. False when nothing more can be written. */
bool output_write(struct output *output, const char *lines, size_t length);

/* Writes what is held back. */
bool output_flush(struct output *output);

/*
 * Writes all and closes; false with *error set when not everything could be written. A file
 * then ends with a whole line.
 */
bool output_close(struct output *output, GError **error);

#endif
