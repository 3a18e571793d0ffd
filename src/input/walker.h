/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_INPUT_WALKER_H
#define WH_INPUT_WALKER_H

#include <stdbool.h>
#include <stdint.h>

#include "input/walk.h"

/*
 * A walk (input/walk.h) in a process of its own, with the user's rights: a named pipe without a
 * writer or a dead file server holds that process, and never the one that waits for it. No function
 * here waits longer than a moment.
 */
struct walker;

enum walker_state {
	WALKER_FILE,
	WALKER_WAIT, /* nothing has come yet, or no more files may be sent */
	WALKER_END, /* comes when one more was asked for than there are */
	WALKER_FAILED, /* the process is gone or could not be started; errno says why */
};

/* Starts it; `paths` ends with NULL and is borrowed. Without `open` files are only looked at.
 * It ignores SIGINT, SIGTERM and SIGUSR1, and ends when the thread that started it does. */
struct walker *walker_new(char *const *paths, bool open);

/* Ends the process and closes what nobody has taken. */
void walker_free(struct walker *walker);

/* Lets `files` more of them (files or problems) be sent; none before the first call. Sent ones hold
 * descriptors here whether they are taken or not. */
void walker_ask(struct walker *walker, unsigned files);

/* Readable when walker_take() may have something; another one after walker_skip(). -1: there is
 * none, and walker_take() says why. Borrowed. */
int walker_descriptor(const struct walker *walker);

/* Fills *out for WALKER_FILE, as walk_next() does: its texts are borrowed until the next call, its
 * descriptors are the caller's. */
enum walker_state walker_take(struct walker *walker, struct walk_file *out);

/* The path that it looks at, opens or reads, as bytes, borrowed until the next call; NULL when it
 * has nothing to do. *steps grows with all that it does: when it stands still, that path does not
 * answer. */
const char *walker_at(struct walker *walker, uint64_t *steps);

/* Gives up the path that the last walker_at() returned, and what is below it: kills the process,
 * and starts one that does the rest. The next walker_take() gives that path with `problem`
 * (copied), which takes the place of one of the files asked for. Does nothing when the process has
 * got past that path. After WALKER_FAILED it goes on, too. */
void walker_skip(struct walker *walker, const char *problem);

#endif
