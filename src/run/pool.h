/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_RUN_POOL_H
#define WH_RUN_POOL_H

#include <glib.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "run/frame.h"
#include "run/pool_worker.h"
#include "run/signals.h"
#include "run/worker.h"

/* One piece of work; the stage makes it, with task_init(), and embeds it first in a struct of
 * its own. */
struct task {
	int fd; /* goes along to the worker; the stage's own */
	const int *more; /* and these do, of further volumes; borrowed */
	unsigned more_count; /* less than WH_MAX_VOLUMES */
	GByteArray *request; /* the stage's own; NULL when no worker is needed */
	uint64_t weight; /* bytes on disk, about */
	/* Tasks of one group may be done by one process, one after the other; 0: this one has a
	 * process of its own. What a process did wrong ends with its group. */
	uint64_t group;
	bool waits; /* its input may keep a worker waiting for as long as somebody likes */
	/* The pool's. */
	GList *place; /* in the order of tasks */
	GByteArray *answers; /* frames that are not yet to be taken */
	bool done;
};

/* A task without a descriptor and a request. The pool frees its answers; the stage frees the rest
 * when finish() is called. */
void task_init(struct task *task);

/* How a worker ended while it was at a task. */
struct crash {
	int signal; /* or 0 */
	int exit_status; /* of exit, when there was no signal */
	enum pool_late late;
	bool is_broken; /* it answered what no worker answers */
	const void *status; /* what it left; as untrusted as its answers */
};

/* The parent's half. Tasks end in the order in which next() gave them, each followed by those
 * that pool_insert() put after it. */
struct pool_stage {
	struct worker_stage worker;
	/* A new task; or NULL, when there are none for now, or (*no_more) none any more. */
	struct task *(*next)(void *context, bool *no_more);
	/* False while no more tasks are to be made, because those at hand hold what there is of
	 * descriptors; not asked when there are none at hand. NULL: always. */
	bool (*has_room)(void *context);
	/* An answer, in order. */
	void (*take)(void *context, struct task *task, const struct frame *frame);
	/* A frame that does not wait for its turn; may fill `reply`, for which a worker that
	 * asks waits. */
	void (*on_message)(void *context, struct task *task, const struct frame *frame,
			   GByteArray *reply);
	/* A worker is ready: what its sandbox lacks. False to stop the run. */
	bool (*ready)(void *context, const struct sandbox_report *report);
	/* The worker died at this task. True: the task's request is now what is left of it to
	 * do. What the stage has to say goes through task_answer(). */
	bool (*on_crash)(void *context, struct task *task, const struct crash *crash);
	/* The worker says that the task is done, with what it has to say at the end, which may go
	 * through task_answer(). False when no worker says that. */
	bool (*on_done)(void *context, struct task *task, const struct frame *frame);
	/* All answers of the task are taken: the stage frees it. */
	void (*finish)(void *context, struct task *task);
	/* Some times a second, and when SIGUSR1 asks for the state. */
	void (*tick)(void *context, bool asked);
	/* What a worker's status (borrowed, untrusted) says of how much it has done of its task, in
	 * the unit of time.step. */
	uint64_t (*get_progress)(const void *status);
	/* The stage's own descriptors, at most POOL_MAX_DESCRIPTORS: fills `fds` and returns how
	 * many are to be waited for; polled() gets them back when something has come. NULL: none.
	 */
	unsigned (*get_descriptors)(void *context, struct pollfd *fds);
	void (*polled)(void *context, const struct pollfd *fds, unsigned count);
	/* False while no answer can be taken: they wait. NULL: always. */
	bool (*may_take)(void *context);
	void *context;
	const struct signals *signals; /* borrowed */
	unsigned jobs;
	struct pool_time time;
};

#define POOL_MAX_DESCRIPTORS 4

struct pool;

/* A pool without workers so far; copies the stage. Free ends the workers and calls finish() for
 * each task that is left. */
struct pool *pool_new(const struct pool_stage *stage);
void pool_free(struct pool *pool);

/* How a run of the pool ended. */
enum pool_end { POOL_ENDED, POOL_STOPPED, POOL_INTERRUPTED, POOL_FAILED };

/*
 * Does all tasks of the stage, once. Interrupted (SIGINT, SIGTERM): what had been answered by
 * then is taken, the rest is given up. Stopped: by pool_stop(), or because ready() said so.
 * Failed: pool_get_failure() says why.
 */
enum pool_end pool_run(struct pool *pool);

/* Why no worker could be had, for a person; borrowed from the pool. */
const char *pool_get_failure(const struct pool *pool);

/* Puts a new task directly after `after` in the order of tasks; the stage keeps owning both. */
void pool_insert(struct pool *pool, struct task *after, struct task *task);

/* Adds a frame, with a copy of `data`, to a task's answers, as if a worker had given it. */
void task_answer(struct task *task, uint32_t type, const void *data, size_t size);

/* Ends the tasks that it picks, as they are; what they answered by then is still taken. */
void pool_cancel(struct pool *pool, bool (*picks)(const struct task *task, const void *context),
		 const void *context);

/* Takes no more answers and ends the run; for the stage's functions to call. */
void pool_stop(struct pool *pool);

/* Calls `see` with the status (borrowed, untrusted) of each worker that is at a task. */
void pool_each_status(const struct pool *pool, void (*see)(void *context, const void *status),
		      void *context);

#endif
