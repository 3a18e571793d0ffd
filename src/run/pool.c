/* SPDX-License-Identifier: Apache-2.0 */
#include "run/pool_state.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/limits.h"

/*
 * How it works. Tasks have an order, that of next(). Workers do them side by side, so answers of a
 * later one wait in the task until all before it are done: whatever `jobs` is, take() sees them
 * in order. Frames of the types "at once" do not wait; one of them may ask for a reply. One
 * thread does it all, and waits for nobody but in poll().
 *
 * A worker process serves one group of tasks, and ends with it: what reads hostile bytes may be
 * taken over by them, and must not answer for what others have given. Two small tasks of a group
 * may wait at one worker, so that it need not wait for the second.
 *
 * When the answers that wait fill WH_MAX_BACKLOG, only the worker at the first task is read from;
 * the others block on their sockets, and their time is not counted. If the first task has no
 * worker by then, it gets one more than `jobs`.
 *
 * A worker that ends, answers what none answers, takes too long or stands still is killed and
 * reported with the status that it left in shared memory. on_crash() may change the task's request,
 * so that another worker does the rest of it. One that ends before it was ready is started again.
 */

#define TICK (G_USEC_PER_SEC / 5)

struct pool *pool_new(const struct pool_stage *stage)
{
	struct pool *pool = g_new0(struct pool, 1);

	pool->stage = *stage;
	pool->processors = g_get_num_processors();
	pool->workers = g_ptr_array_new();
	pool->dropped = g_array_new(FALSE, FALSE, sizeof(pid_t));
	g_queue_init(&pool->order);
	g_queue_init(&pool->waiting);
	return pool;
}

static void finish_task(struct pool *pool, struct task *task)
{
	g_queue_delete_link(&pool->order, task->place);
	g_byte_array_unref(task->answers);
	pool->stage.finish(pool->stage.context, task);
}

void pool_free(struct pool *pool)
{
	for (guint i = 0; i < pool->workers->len; i++)
		pool_worker_free(pool->workers->pdata[i], pool->stage.worker.status_size,
				 pool->dropped);
	g_ptr_array_unref(pool->workers);
	g_array_unref(pool->dropped);
	while (pool->order.head)
		finish_task(pool, pool->order.head->data);
	g_queue_clear(&pool->waiting);
	g_free(pool->failure);
	g_free(pool);
}

const char *pool_get_failure(const struct pool *pool)
{
	return pool->failure;
}

void task_init(struct task *task)
{
	*task = (struct task){.fd = -1, .answers = g_byte_array_new()};
}

void task_answer(struct task *task, uint32_t type, const void *data, size_t size)
{
	frame_append(task->answers, type, data, size);
}

void pool_insert(struct pool *pool, struct task *after, struct task *task)
{
	GList *waiting = g_queue_find(&pool->waiting, after);

	g_queue_insert_after(&pool->order, after->place, task);
	task->place = after->place->next;
	/* What stands earlier in the order is done earlier, as far as it is known by now. */
	if (waiting)
		g_queue_insert_after(&pool->waiting, waiting, task);
	else
		g_queue_push_head(&pool->waiting, task);
}

void pool_stop(struct pool *pool)
{
	pool->stopped = true;
}

void pool_each_status(const struct pool *pool, void (*see)(void *context, const void *status),
		      void *context)
{
	for (guint i = 0; i < pool->workers->len; i++) {
		const struct pool_worker *worker = pool->workers->pdata[i];

		if (worker->alive && worker->tasks.head)
			see(context, worker->status);
	}
}

static bool may_take(const struct pool *pool)
{
	return !pool->stopped &&
	       (!pool->stage.may_take || pool->stage.may_take(pool->stage.context));
}

/* Takes what the first tasks have answered, and finishes those that are done. */
static void take_in_order(struct pool *pool)
{
	while (pool->order.head && !pool->stopped) {
		struct task *task = pool->order.head->data;
		GByteArray *answers = task->answers;
		struct frame frame;
		size_t at = 0;
		bool broken;

		while (may_take(pool) && frame_take(answers, &at, &frame, &broken))
			pool->stage.take(pool->stage.context, task, &frame);
		if (at)
			g_byte_array_remove_range(answers, 0, (guint)at);
		if (!task->done || answers->len || pool->stopped)
			return;
		finish_task(pool, task);
	}
}

/* False when a worker asks more than any has reason to. */
static bool handle_message(struct pool *pool, struct pool_worker *worker, const struct frame *frame)
{
	g_autoptr(GByteArray) reply = g_byte_array_new();

	if (pool->interrupted)
		return true;
	pool->stage.on_message(pool->stage.context, pool_worker_get_task(worker), frame, reply);
	if (reply->len == 0)
		return true;
	pool_worker_send(worker, FRAME_REPLY, reply, NULL);
	/* A person may have been asked. */
	worker->counted = g_get_monotonic_time();
	return ++worker->replies <= WH_MAX_REPLIES;
}

static bool handle_ready(struct pool *pool, struct pool_worker *worker, const struct frame *frame)
{
	struct sandbox_report report;

	if (frame->size != sizeof(report) || worker->ready)
		return false;
	memcpy(&report, frame->data, sizeof(report));
	worker->ready = true;
	pool->failed_starts = 0;
	if (!pool->stage.ready(pool->stage.context, &report))
		pool->stopped = true;
	return true;
}

static bool handle_done(struct pool *pool, struct pool_worker *worker, const struct frame *frame)
{
	struct task *task = pool_worker_get_task(worker);

	if (!pool->stage.on_done(pool->stage.context, task, frame))
		return false;
	g_queue_pop_head(&worker->tasks);
	task->done = true;
	pool_worker_begin_time(worker);
	return true;
}

/* False for a frame that no worker sends. */
static bool handle_frame(struct pool *pool, struct pool_worker *worker, const struct frame *frame)
{
	struct task *task = pool_worker_get_task(worker);

	if (frame->type == FRAME_READY)
		return handle_ready(pool, worker, frame);
	if (!task || !worker->ready)
		return false;
	if (frame->type == FRAME_DONE)
		return handle_done(pool, worker, frame);
	if (frame->type >= WH_FRAME_AT_ONCE)
		return handle_message(pool, worker, frame);
	if (frame->type < WH_FRAME_ORDERED)
		return false;
	task_answer(task, frame->type, frame->data, frame->size);
	return true;
}

static bool handle_arrived(struct pool *pool, struct pool_worker *worker)
{
	struct frame frame;
	bool broken = false;
	size_t at = 0;

	while (!broken && frame_take(worker->arrived, &at, &frame, &broken))
		broken = !handle_frame(pool, worker, &frame);
	if (at)
		g_byte_array_remove_range(worker->arrived, 0, (guint)at);
	return !broken;
}

/* It could not do anything yet, so its tasks are as they were. */
static void start_again(struct pool *pool, struct task *task, int status)
{
	g_autofree char *how = WIFSIGNALED(status)
				       ? g_strdup_printf("of signal %d", WTERMSIG(status))
				       : g_strdup_printf("with status %d", WEXITSTATUS(status));

	if (task)
		g_queue_push_head(&pool->waiting, task);
	if (++pool->failed_starts > WH_MAX_FAILED_STARTS)
		pool_fail(pool,
			  g_strdup_printf("workers end before they are ready, the last %s", how));
}

/* Kills it, and takes what it had sent or kept by then. False when no worker answers that. */
static bool take_last(struct pool *pool, struct pool_worker *worker)
{
	bool is_good = true;

	/* What sends faster than it is read would never come to an end. */
	kill(worker->process.pid, SIGKILL);
	while (is_good && pool_worker_receive_last(worker))
		is_good = handle_arrived(pool, worker);
	outbox_take_rest(worker->outbox, worker->received, worker->arrived);
	return is_good && handle_arrived(pool, worker);
}

static void end_worker(struct pool *pool, struct pool_worker *worker, enum pool_late late,
		       bool is_broken)
{
	struct crash crash = {.status = worker->status, .late = late};
	struct task *task, *other;
	int status;

	crash.is_broken = is_broken || !take_last(pool, worker);
	task = g_queue_pop_head(&worker->tasks);
	status = pool_worker_end(worker);
	if (WIFSIGNALED(status))
		crash.signal = WTERMSIG(status);
	else
		crash.exit_status = WEXITSTATUS(status);
	while ((other = g_queue_pop_tail(&worker->tasks)) != NULL)
		g_queue_push_head(&pool->waiting, other);
	if (!worker->ready && !crash.is_broken)
		start_again(pool, task, status);
	else if (task && pool->stage.on_crash(pool->stage.context, task, &crash))
		g_queue_push_head(&pool->waiting, task);
	else if (task)
		task->done = true;
}

/* A worker that has one of the tasks is ended; its others are given to the next. */
static void cancel_at_worker(struct pool *pool, struct pool_worker *worker,
			     bool (*picks)(const struct task *task, const void *context),
			     const void *context)
{
	bool picked = false;
	struct task *task;

	for (const GList *at = worker->tasks.head; at; at = at->next)
		picked |= picks(at->data, context);
	if (!picked)
		return;
	pool_worker_drop(worker, pool->dropped);
	while ((task = g_queue_pop_tail(&worker->tasks)) != NULL)
		g_queue_push_head(&pool->waiting, task);
}

void pool_cancel(struct pool *pool, bool (*picks)(const struct task *task, const void *context),
		 const void *context)
{
	for (guint i = 0; i < pool->workers->len; i++)
		cancel_at_worker(pool, pool->workers->pdata[i], picks, context);
	for (GList *at = pool->order.head; at; at = at->next) {
		struct task *task = at->data;

		if (!picks(task, context))
			continue;
		g_queue_remove(&pool->waiting, task);
		task->done = true;
	}
}

static void receive_answers(struct pool *pool, struct pool_worker *worker)
{
	ssize_t got = pool_worker_receive(worker);

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0)
		end_worker(pool, worker, POOL_IN_TIME, false);
	else if (!handle_arrived(pool, worker))
		end_worker(pool, worker, POOL_IN_TIME, true);
	take_in_order(pool);
}

/* With a full backlog, or while nothing can be taken, at most the worker at the first task is read
 * from. */
static bool is_read_from(const struct pool *pool, struct pool_worker *worker, bool full)
{
	const struct task *first = pool->order.head ? pool->order.head->data : NULL;

	if (!worker->alive)
		return false;
	if (!full || !worker->tasks.head)
		return true;
	return g_queue_find(&worker->tasks, first) &&
	       (may_take(pool) || first->answers->len < WH_ANSWERS_SIZE);
}

/* Nobody has written yet what the worker would read. */
static bool waits_for_input(const struct task *task)
{
	struct pollfd fd = {.fd = task->fd, .events = POLLIN};

	return task->waits && poll(&fd, 1, 0) == 0;
}

static void check_times(struct pool *pool)
{
	bool full = pool_backlog_is_full(pool) || !may_take(pool);

	for (guint i = 0; i < pool->workers->len; i++) {
		struct pool_worker *worker = pool->workers->pdata[i];
		const struct task *task = pool_worker_get_task(worker);
		enum pool_late late;

		if (!worker->alive || !task)
			continue;
		late = pool_worker_count_time(
			worker, &pool->stage.time, pool->stage.get_progress(worker->status),
			is_read_from(pool, worker, full), waits_for_input(task));
		if (late != POOL_IN_TIME)
			end_worker(pool, worker, late, false);
	}
}

static void tick(struct pool *pool)
{
	gint64 now = g_get_monotonic_time();

	if (now - pool->ticked < TICK)
		return;
	pool->ticked = now;
	check_times(pool);
	pool->stage.tick(pool->stage.context, false);
}

static void handle_signals(struct pool *pool)
{
	enum signal_asked asked;

	while ((asked = signals_take(pool->stage.signals)) != SIGNAL_NONE) {
		if (asked == SIGNAL_STATE)
			pool->stage.tick(pool->stage.context, true);
		else
			pool->interrupted = pool->stopped = true;
	}
}

/* The workers' sockets, each with what is waited for there. */
static void fill_descriptors(const struct pool *pool, struct pollfd *fds)
{
	bool full = pool_backlog_is_full(pool) || !may_take(pool);

	for (guint i = 0; i < pool->workers->len; i++) {
		struct pool_worker *worker = pool->workers->pdata[i];
		bool reads = is_read_from(pool, worker, full);
		short events = reads ? POLLIN : 0;

		if (worker->alive && worker->leaving.head)
			events |= POLLOUT;
		fds[i] = (struct pollfd){.fd = events ? worker->process.socket : -1,
					 .events = events};
	}
}

static void handle_worker(struct pool *pool, struct pool_worker *worker, short events)
{
	if (worker->alive && (events & POLLOUT))
		pool_worker_flush(worker);
	if (worker->alive && (events & ~POLLOUT))
		receive_answers(pool, worker);
}

static void wait_for_answers(struct pool *pool)
{
	guint count = pool->workers->len;
	g_autofree struct pollfd *fds = g_new0(struct pollfd, count + 1 + POOL_MAX_DESCRIPTORS);
	struct pollfd *own = fds + count + 1;
	unsigned own_count = 0;

	fill_descriptors(pool, fds);
	fds[count] = (struct pollfd){.fd = pool->stage.signals->fd, .events = POLLIN};
	if (pool->stage.get_descriptors)
		own_count = pool->stage.get_descriptors(pool->stage.context, own);
	if (poll(fds, count + 1 + own_count, TICK / 1000) > 0) {
		if (fds[count].revents)
			handle_signals(pool);
		if (own_count)
			pool->stage.polled(pool->stage.context, own, own_count);
		for (guint i = 0; i < count && !pool->stopped; i++)
			if (fds[i].revents)
				handle_worker(pool, pool->workers->pdata[i], fds[i].revents);
	}
	tick(pool);
}

/* What workers had answered when the run was interrupted is taken, in the order of tasks. */
static void take_what_is_there(struct pool *pool)
{
	pool->stopped = false;
	pool->stage.may_take = NULL;
	for (guint i = 0; i < pool->workers->len; i++) {
		struct pool_worker *worker = pool->workers->pdata[i];

		if (worker->alive)
			take_last(pool, worker);
	}
	for (GList *at = pool->order.head; at; at = at->next)
		((struct task *)at->data)->done = true;
	take_in_order(pool);
}

enum pool_end pool_run(struct pool *pool)
{
	pool_give_tasks(pool);
	take_in_order(pool);
	while (!pool->stopped && (pool->order.head || !pool->exhausted)) {
		wait_for_answers(pool);
		take_in_order(pool);
		pool_give_tasks(pool);
	}
	if (pool->interrupted)
		take_what_is_there(pool);
	if (pool->failure)
		return POOL_FAILED;
	if (pool->interrupted)
		return POOL_INTERRUPTED;
	return pool->stopped ? POOL_STOPPED : POOL_ENDED;
}
