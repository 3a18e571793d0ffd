/* SPDX-License-Identifier: Apache-2.0 */
#include "run/pool_state.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"

/* Two of them may wait at one worker. */
#define SMALL_TASK (4 << 20)
#define TASKS_AHEAD 1024
/* Workers that have nothing to do, for each that may have: their groups may go on. */
#define IDLE_WORKERS 4

struct task *pool_worker_get_task(const struct pool_worker *worker)
{
	return worker->tasks.head ? worker->tasks.head->data : NULL;
}

void pool_fail(struct pool *pool, char *why)
{
	g_free(pool->failure);
	pool->failure = why;
	pool->stopped = true;
}

/* Answers that wait for their turn take up all the room that they may. */
bool pool_backlog_is_full(const struct pool *pool)
{
	uint64_t size = 0;

	for (const GList *at = pool->order.head; at && size <= WH_MAX_BACKLOG; at = at->next)
		size += ((const struct task *)at->data)->answers->len;
	return size > WH_MAX_BACKLOG;
}

static guint count_workers(const struct pool *pool, bool at_work)
{
	guint count = 0;

	for (guint i = 0; i < pool->workers->len; i++) {
		const struct pool_worker *worker = pool->workers->pdata[i];

		count += worker->alive && (worker->tasks.head || !at_work);
	}
	return count;
}

/* One more than asked for where all others wait for the turn of a task that has no worker. */
static bool may_begin(const struct pool *pool)
{
	const struct task *first = pool->order.head ? pool->order.head->data : NULL;
	guint at_work = count_workers(pool, true);

	if (at_work < pool->stage.jobs)
		return true;
	return at_work == pool->stage.jobs && pool_backlog_is_full(pool) && first &&
	       pool->waiting.head && pool->waiting.head->data == first;
}

/* Of those with nothing to do one ends, so that there are never many: the first in the list is the
 * one that was given a task longest ago. */
static void end_idle_worker(struct pool *pool)
{
	if (count_workers(pool, false) < (1 + IDLE_WORKERS) * pool->stage.jobs)
		return;
	for (guint i = 0; i < pool->workers->len; i++) {
		struct pool_worker *worker = pool->workers->pdata[i];

		if (worker->alive && !worker->tasks.head) {
			pool_worker_drop(worker, pool->dropped);
			return;
		}
	}
}

/* A new place, or that of a worker that has ended. */
static struct pool_worker *get_place(struct pool *pool)
{
	struct pool_worker *worker;

	for (guint i = 0; i < pool->workers->len; i++) {
		worker = pool->workers->pdata[i];
		if (!worker->alive) {
			g_ptr_array_remove_index(pool->workers, i);
			g_ptr_array_add(pool->workers, worker);
			return worker;
		}
	}
	worker = pool_worker_new(pool->stage.worker.status_size);
	if (worker)
		g_ptr_array_add(pool->workers, worker);
	return worker;
}

static struct pool_worker *start_worker(struct pool *pool)
{
	struct pool_worker *worker;

	end_idle_worker(pool);
	worker = get_place(pool);
	if (worker && pool_worker_start(worker, &pool->stage.worker))
		return worker;
	if (count_workers(pool, true) == 0)
		pool_fail(pool, g_strdup_printf("no worker can be started: %s", g_strerror(errno)));
	return NULL;
}

static struct pool_worker *find_fresh(const struct pool *pool)
{
	for (guint i = 0; i < pool->workers->len; i++) {
		struct pool_worker *worker = pool->workers->pdata[i];

		if (worker->alive && worker->is_fresh)
			return worker;
	}
	return NULL;
}

/* A worker of the task's group with nothing to do, or one whose task ends before another could
 * begin, or a new one. */
static struct pool_worker *find_worker(struct pool *pool, const struct task *task)
{
	struct pool_worker *brief = NULL, *idle = NULL;

	for (guint i = 0; task->group && i < pool->workers->len; i++) {
		struct pool_worker *worker = pool->workers->pdata[i];

		if (!worker->alive || worker->group != task->group)
			continue;
		if (worker->tasks.length == 0)
			idle = worker;
		else if (worker->tasks.length == 1 && task->weight < SMALL_TASK &&
			 pool_worker_get_task(worker)->weight < SMALL_TASK)
			brief = worker;
	}
	if (!may_begin(pool))
		return brief;
	if (!idle)
		idle = find_fresh(pool);
	return idle ? idle : start_worker(pool);
}

static bool has_process(const struct pool *pool, uint64_t group)
{
	for (guint i = 0; group && i < pool->workers->len; i++) {
		const struct pool_worker *worker = pool->workers->pdata[i];

		if (worker->alive && worker->group == group)
			return true;
	}
	return false;
}

/* The process that the next task will need is begun while others are at work, if that does not take
 * a processor from them: it takes as long to get ready as a small input takes to be read. */
static void start_ahead(struct pool *pool, const struct task *task)
{
	guint at_work = count_workers(pool, true);

	if (at_work > 0 && at_work < pool->processors && !has_process(pool, task->group) &&
	    !find_fresh(pool))
		start_worker(pool);
}

static struct task *get_waiting(struct pool *pool)
{
	struct task *task;

	while (!pool->waiting.head && !pool->exhausted && pool->order.length < TASKS_AHEAD) {
		if (pool->order.head && pool->stage.has_room &&
		    !pool->stage.has_room(pool->stage.context))
			break;
		task = pool->stage.next(pool->stage.context, &pool->exhausted);
		if (!task)
			break;
		g_queue_push_tail(&pool->order, task);
		task->place = pool->order.tail;
		task->done = task->request == NULL;
		if (!task->done)
			g_queue_push_tail(&pool->waiting, task);
	}
	return pool->waiting.head ? pool->waiting.head->data : NULL;
}

static void give_task(struct pool_worker *worker, struct task *task)
{
	g_autoptr(GArray) fds = g_array_new(FALSE, FALSE, sizeof(int));
	g_autoptr(GByteArray) body = g_byte_array_new();
	uint32_t count;

	if (task->fd >= 0)
		g_array_append_val(fds, task->fd);
	if (task->more_count)
		g_array_append_vals(fds, task->more, task->more_count);
	count = fds->len;
	g_byte_array_append(body, (const guint8 *)&count, sizeof(count));
	g_byte_array_append(body, task->request->data, task->request->len);
	if (worker->tasks.length == 0)
		pool_worker_begin_time(worker);
	worker->group = task->group;
	worker->is_fresh = false;
	g_queue_push_tail(&worker->tasks, task);
	pool_worker_send(worker, FRAME_TASK, body, fds);
}

void pool_give_tasks(struct pool *pool)
{
	struct task *task;

	while (!pool->stopped && (task = get_waiting(pool)) != NULL) {
		struct pool_worker *worker = find_worker(pool, task);

		if (!worker) {
			start_ahead(pool, task);
			return;
		}
		g_queue_pop_head(&pool->waiting);
		g_ptr_array_remove(pool->workers, worker);
		g_ptr_array_add(pool->workers, worker);
		give_task(worker, task);
	}
}
