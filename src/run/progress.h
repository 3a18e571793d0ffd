/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_RUN_PROGRESS_H
#define WH_RUN_PROGRESS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* How far a run is. Totals are 0 as long as they are not known. */
struct progress_counts {
	uint64_t files;
	uint64_t total_files;
	uint64_t bytes; /* of the inputs, as they lie on disk */
	uint64_t total_bytes;
	uint64_t found;
};

/*
 * The line on standard error that says how far a run is, without a look at a clock or a
 * terminal: the caller hands in the time (microseconds, any start) and the width,
 * and prints what is appended.
 */
struct progress {
	const char *noun; /* of what is found, for one: "finding"; borrowed */
	struct progress_counts counts;
	gint64 updated;
	double recent_bytes; /* newer ones weigh more; their ratio is the rate */
	double recent_seconds;
	gint64 shown_at;
	size_t shown; /* columns that the line on the terminal has */
};

/* Begins at `now` with nothing counted; borrows `noun`. */
void progress_init(struct progress *progress, const char *noun, gint64 now);

/* Takes new counts (copied), as they stand at `now`. */
void progress_update(struct progress *progress, const struct progress_counts *counts, gint64 now);

/*
 * Appends "12/203 files, 45 % of 1.2 GB, 812 MB/s, 3 findings, 0:12 left", ASCII without a
 * line feed, in at most `width` columns: parts that do not fit are left out from the end. What
 * is not known is left out too.
 */
void progress_format(const struct progress *progress, size_t width, GString *out);

/* Appends what a terminal needs to show the line, of `width` columns at most, in place of the one
 * shown; nothing when that was shown just before `now`. */
void progress_show(struct progress *progress, size_t width, gint64 now, GString *out);

/* Appends what takes the line away, if one is shown: before anything else is printed. */
void progress_hide(struct progress *progress, GString *out);

#endif
