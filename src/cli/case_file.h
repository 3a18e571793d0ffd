/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_CASE_FILE_H
#define WH_CLI_CASE_FILE_H

#include <glib.h>
#include <stdbool.h>
#include <sys/stat.h>

/* A case database that is there, which a run adds to: its bytes are read, and a file that takes its
 * place is written (cli/output.h). */
struct case_file {
	int fd; /* to read it; -1: there is none */
	struct stat seen;
};

/* Opens what is at the path, if there is something. False, with *error set, when it is nothing that
 * can be added to; of what it holds only the header is looked at. */
bool case_file_open(struct case_file *file, const char *path, GError **error);

/* Whether there is still what was there: else another program wrote in the meantime. */
bool case_file_is_unchanged(const struct case_file *file, const char *path);

void case_file_close(struct case_file *file);

#endif
