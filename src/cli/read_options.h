/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_READ_OPTIONS_H
#define WH_CLI_READ_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

#include "map/map.h"

/* The options that say how inputs are found, opened and read. */
struct read_options {
	/* As given. */
	char **paths;
	char **names;
	char *files_from;
	gboolean null_separated;
	gint jobs;
	gint timeout;
	gboolean recover;
	gboolean quick;
	gboolean trust_lines;
	gboolean keep_duplicates;
	gboolean no_sieve;
	char *decoder_name;
	char *sandbox_name;
	char **passwords;
	char *password_file;
	char *max_ratio;
	char *max_entry_size;
	char *max_total_size;
	char *max_entries;
	char *max_depth;
	char *max_name_length;
	char *max_memory;

	uint64_t memory; /* bytes that findings may be made of */
	GPtrArray *all_paths; /* those given and those in the file; ends with NULL */
	GPtrArray *all_passwords; /* those given and those in the file; ends with NULL */
};

/* With `lines_only`, for a command that reads nothing but lines, which has no use for the others:
 * the options that say which files, and how much they are trusted. */
void read_options_add(struct read_options *options, GOptionContext *context, bool lines_only);

/*
 * Checks what was given and puts it into the job, which borrows from the options. False
 * with *error set for what is wrong. Files that say nothing are named in `notes` (char*).
 */
bool read_options_apply(struct read_options *options, struct map_job *job, GPtrArray *notes,
			GError **error);
void read_options_release(struct read_options *options);

#endif
