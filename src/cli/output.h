/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_OUTPUT_H
#define WH_CLI_OUTPUT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* How far output is, for another process to see. */
struct output_progress {
	uint64_t written; /* bytes */
	uint32_t is_writing; /* the kernel was asked to take some */
};

/*
 * Where data goes: standard output or a file. Holds whole lines back until there are many.
 *
 * A file is written beside the older one of its name, and takes its place when it is closed: a run
 * that comes to nothing destroys nothing. Until then it has no name, where the file system lets
 * files be without, so that nothing is left of a run that dies. Devices and pipes are written to
 * directly, and so is a file in a folder that takes no other.
 */
struct output {
	int fd;
	const char *path; /* as given, NULL for standard output; borrowed */
	char *target; /* what takes its place; NULL: written to directly */
	char *temporary; /* its name until then; NULL: none */
	bool replaces; /* there is an older file, which it takes the place of */
	bool clear_first; /* the older file is written to, from its start */
	bool is_terminal;
	GString *lines; /* not yet written */
	struct output_progress *progress; /* borrowed; NULL: nobody looks */
	int error; /* errno of the first write that failed; EPIPE is a quiet end */
};

/* How a run ends, for its output. */
enum output_end {
	OUTPUT_WHOLE,
	OUTPUT_PARTIAL, /* an older file stays, and this one is kept as PATH.partial */
	OUTPUT_NOTHING, /* an older file stays, and this one is not kept */
};

/* False, with *error set, when the file of that path (may be NULL) is one of the inputs (ends with
 * NULL; "-" is standard input), or lies in one and is no earlier result. */
bool output_check_inputs(const char *path, char *const *inputs, GError **error);

bool output_open(struct output *output, const char *path, GError **error);

/* Takes whole lines. False when nothing more can be written. */
bool output_write(struct output *output, const char *lines, size_t length);

/* Writes what is held back. */
bool output_flush(struct output *output);

/*
 * Writes all and closes; false with *error set when not everything could be written. What is kept
 * then ends with a whole line, and is partial.
 */
bool output_close(struct output *output, enum output_end end, GError **error);

#endif
