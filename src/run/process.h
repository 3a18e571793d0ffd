/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_RUN_PROCESS_H
#define WH_RUN_PROCESS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A forked process of this run, and the parent's end of a socket to it. */
struct process {
	pid_t pid;
	int socket; /* close-on-exec; this end does not block */
};

/* Descriptors of the new process; beside standard input, output and error, and
 * what is named as `more`, it has no others. */
enum { PROCESS_SOCKET = 3, PROCESS_OUTPUT = 4 };

struct process_main {
	/* What the new process does; it ends when this returns. */
	void (*run)(void *context, pid_t parent);
	void *context;
	/* It keeps standard output and standard error, and `output` as PROCESS_OUTPUT; else these
	 * are /dev/null, as standard input always is. */
	bool keeps_output;
	int output;
	const GArray *more; /* int: what it keeps from PROCESS_OUTPUT + 1 on; NULL: nothing */
};

/* Raises how many files this process may have open to WH_WANTED_FILES, as far as the system lets
 * it, and returns how many it may. */
uint64_t process_allow_files(void);

/*
 * Forks. The new process leaves it to its parent to end the run at SIGINT and SIGTERM, and ends
 * with status WH_WORKER_NO_MEMORY when memory is out. The caller ends it with process_end(). False
 * with errno.
 */
bool process_spawn(const struct process_main *main, struct process *out);

/* Kills the process, if it has not ended by itself, closes the socket, and returns how it ended, as
 * wait(2) tells it; 0 when the kernel does not end it within a second. */
int process_end(struct process *process);

/* The same without waiting: its number goes to `dropped` (pid_t), and those there that have ended
 * by now are taken out. */
void process_drop(struct process *process, GArray *dropped);

/* Waits for all that were dropped, so that the time they took is counted, but for no more than a
 * moment: one whose disk does not answer cannot end. */
void process_wait_for_dropped(void);

#endif
