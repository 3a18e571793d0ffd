/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_INPUT_WALK_H
#define WH_INPUT_WALK_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file that a walk came to, or what kept it from one. */
struct walk_file {
	const char *path; /* as found, bytes; borrowed until the next call */
	bool named; /* the user gave this very path */
	size_t root; /* number of the path given at or below which it is */
	uint64_t size; /* 0 for what is no regular file */
	int fd; /* for the caller to close (standard input too), -1 when there is none */
	/* Of the further volumes of a split archive: for the caller to close; NULL: it is no such.
	 */
	GArray *more; /* int; the caller unrefs it */
	bool is_volume; /* the problem is that one is missing */
	const char *problem; /* NULL, or why nothing could be opened: one clause */
	int error; /* errno that goes with the problem, or 0 */
	bool is_special; /* a link, pipe or device inside a folder, which is why it is not opened */
};

/*
 * Walks over paths: files, "-" (standard input), and every regular file below folders in the
 * order of their names. Links inside folders are not followed, devices and pipes inside
 * them not opened; the caller is given them, with that as a problem.
 */
struct walk;

/* `paths` ends with NULL and is borrowed. Without `open` files are only looked at. */
struct walk *walk_new(char *const *paths, bool open);
void walk_free(struct walk *walk);

/* What a walk looks at next: a path of a file or folder. */
struct walk_place {
	const char *entry; /* borrowed */
	size_t root; /* number of the path given at or below which it is */
	bool named; /* it is that very path */
};

/* `watch` is called before each look at a file, reading of a folder's next entry or opening, any
 * of which may last as long as a file system likes. */
void walk_watch(struct walk *walk, void (*watch)(void *context, const struct walk_place *place),
		void *context);

/* Leaves out that path, and what is below it. Copies it. */
void walk_leave_out(struct walk *walk, const char *path);

/* Before the first walk_next(): leaves out what comes up to `entry` (copied) of the path of that
 * number, as another walk over these paths named it, itself included. It need not be there. */
void walk_go_on_after(struct walk *walk, size_t root, const char *entry);

/* Closes what a file has open. */
void walk_file_close(struct walk_file *file);

/* Fills *out with the next file or problem; false at the end. */
bool walk_next(struct walk *walk, struct walk_file *out);

#endif
