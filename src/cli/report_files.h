/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_REPORT_FILES_H
#define WH_CLI_REPORT_FILES_H

#include <glib.h>
#include <stdbool.h>

#include "cli/case_file.h"
#include "cli/diagnostics.h"
#include "cli/output.h"
#include "report/report.h"

/*
 * The option --report: files that are written beside the output, each in a format of its own. They
 * are opened and closed by the parent, and written by the process in which the command runs, which
 * says what went wrong through memory that both have. Begins as zeros.
 */
struct report_files {
	char **texts; /* as given, FORMAT=FILE */
	GArray *files; /* struct report_file; NULL: none */
	struct report_end *ends; /* of each, shared */
	GArray *descriptors; /* int, of each, and of each that is there and added to */
};

/* How the writing of a file ended. */
struct report_end {
	int error; /* errno */
	bool is_whole; /* what its report held back was handed on */
	char problem[256]; /* of the format, a clause; "": none */
};

struct report_file {
	const struct report_format *format;
	struct case_file earlier; /* that is added to */
	guint earlier_at; /* its place among the descriptors; 0: none */
	const char *path; /* borrowed from `texts` */
	struct output output;
	struct report report;
};

void report_files_add_option(struct report_files *files, GOptionContext *context);

/* Reads the options' texts; `output_path` (may be NULL) is not to be written twice. Prints what is
 * wrong, and returns false. */
bool report_files_parse(struct report_files *files, enum report_content content,
			const char *output_path);

/* True when one is of a format that has what --full asks for. */
bool report_files_have_full(const struct report_files *files);

/* As output_check_inputs(), of each file. */
bool report_files_check_inputs(const struct report_files *files, char *const *inputs,
			       GError **error);

/* Does one of them show times of the zone that is asked for? */
bool report_files_show_zones(const struct report_files *files);

/* False, with *error set, where the output is a terminal and the format's bytes are not for one;
 * `option` is the one that asks for it. */
bool report_format_fits(const struct report_format *format, const struct output *output,
			const char *option, GError **error);

/* Opens all; on failure none stays open. */
bool report_files_open(struct report_files *files, GError **error);

/* For the process that writes: puts a report for each file after `first`, which so prints to all,
 * with its options but for the width and colours. The files have the descriptors from `fd` on. */
void report_files_begin(struct report_files *files, struct report *first, int fd,
			struct output_progress *progress);
/* Whether some of them take read errors; and gives one to those. */
bool report_files_take_faults(const struct report_files *files);
void report_files_add_fault(struct report_files *files, const struct fault *fault);
/* Writes what reports held back: once all read errors are known. */
void report_files_end(struct report_files *files);
/* Writes what outputs hold back. */
void report_files_flush(struct report_files *files);

/* Closes all, as output_close() has it, and says what there is to say; false on an error. */
bool report_files_close(struct report_files *files, enum output_end end,
			struct diagnostics *diagnostics);
void report_files_release(struct report_files *files);

#endif
