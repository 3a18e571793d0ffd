/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_RUN_POOL_WORKER_H
#define WH_RUN_POOL_WORKER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "run/worker.h"

/* The parent's side of one worker process. Nothing here waits for the worker. */
struct pool_worker {
	struct process process;
	/* Memory that both share; no other worker has it. */
	struct outbox *outbox;
	void *status; /* after it */
	bool alive;
	bool ready;
	GQueue tasks; /* struct task: the first is being done */
	uint64_t group; /* of its tasks; 0: it has had none */
	GByteArray *arrived;
	uint64_t received; /* bytes */
	GQueue leaving; /* struct message: what its socket did not take yet */
	unsigned replies; /* to the task at hand */
	/* Of the task at hand. */
	gint64 spent; /* microseconds; while its answers are read */
	gint64 counted; /* when that was last brought up to date */
	bool is_fresh; /* it was given no task yet */
	uint64_t progress; /* when it last moved on */
	gint64 computed; /* microseconds of processor time since then */
	gint64 slept; /* microseconds without any, since then */
	gint64 processor; /* its clock when that was last looked at */
};

/* A place for a worker, without a process so far. Free ends the process, see process_drop(). */
struct pool_worker *pool_worker_new(size_t status_size);
void pool_worker_free(struct pool_worker *worker, size_t status_size, GArray *dropped);

/* Forks a process for the place, with its status cleared. False with errno. */
bool pool_worker_start(struct pool_worker *worker, const struct worker_stage *stage);

/* Appends what has arrived; returns bytes, 0 at the end, -1 with errno. */
ssize_t pool_worker_receive(struct pool_worker *worker);

/* The same for one that was killed: waits for its end. False when it has come, or does not. */
bool pool_worker_receive_last(struct pool_worker *worker);

/* Ends the process; returns how it ended, as wait(2) tells it. */
int pool_worker_end(struct pool_worker *worker);

/* Ends it where nobody asks how. */
void pool_worker_drop(struct pool_worker *worker, GArray *dropped);

/* Sends a frame (copied), with descriptors (borrowed until pool_worker_flush() has sent them). */
void pool_worker_send(struct pool_worker *worker, uint32_t type, const GByteArray *data,
		      const GArray *fds);

/* Sends what waits, as far as the socket takes it. A worker that is gone is found out when its
 * answers are read. */
void pool_worker_flush(struct pool_worker *worker);

/* Begins to count time for the next task. */
void pool_worker_begin_time(struct pool_worker *worker);

/* What a task may still take. */
struct pool_time {
	gint64 task; /* microseconds from its begin; 0: any */
	gint64 standstill; /* of processor time, or of sleep, without progress */
	uint64_t step; /* what counts as progress */
};

enum pool_late { POOL_IN_TIME, POOL_TIMED_OUT, POOL_STUCK };

/* Counts the time since the last call. `is_read`: its answers are read, else it may be waiting for
 * that; `waits`: it may be waiting for its input. `progress` is what it has done by now. */
enum pool_late pool_worker_count_time(struct pool_worker *worker, const struct pool_time *time,
				      uint64_t progress, bool is_read, bool waits);

#endif
