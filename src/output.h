/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_OUTPUT_H
#define WH_OUTPUT_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

/* Where data goes: standard output or a file. */
struct output {
	FILE *file;
	const char *path; /* NULL for standard output; borrowed */
	bool is_terminal;
	int error; /* errno of the first write that failed; EPIPE is a quiet end */
};

bool output_open(struct output *output, const char *path, GError **error);

/* False when nothing more can be written. */
bool output_write(struct output *output, const char *text, size_t length);

/* Flushes and closes; false with *error set when not everything could be written. */
bool output_close(struct output *output, GError **error);

#endif
