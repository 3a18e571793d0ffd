/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_RUN_POOL_STATE_H
#define WH_RUN_POOL_STATE_H

#include "run/pool.h"

/* What the files of the pool share. */
struct pool {
	struct pool_stage stage;
	GPtrArray *workers; /* struct pool_worker */
	GQueue order; /* every task that is not finished */
	GQueue waiting; /* those at no worker */
	bool exhausted; /* next() has no more */
	bool stopped;
	bool interrupted;
	char *failure; /* NULL: none */
	unsigned failed_starts; /* in a row */
	unsigned processors; /* that the system has for it */
	gint64 ticked;
	GArray *dropped; /* pid_t: of processes that were killed, and may not be gone yet */
};

/* The task that the worker is at, or NULL. */
struct task *pool_worker_get_task(const struct pool_worker *worker);

/* Ends the run, which cannot go on; takes over `why`. */
void pool_fail(struct pool *pool, char *why);

/* True while answers that wait for their turn take up all the room that they may. */
bool pool_backlog_is_full(const struct pool *pool);

/* Gives tasks to workers that may have more, and starts workers for them. */
void pool_give_tasks(struct pool *pool);

#endif
