/* SPDX-License-Identifier: Apache-2.0 */
#include "run/pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"

/*
 * How it works. Tasks have an order, that of next(). Any worker may do any task, so answers of a
 * later one wait in the task until all before it are done: whatever `jobs` is, take() sees them
 * in order. Frames of the types "at once" do not wait; one of them may ask for a reply. One
 * thread does it all: tasks go out to workers that have none (small ones wait at a busy worker,
 * so that it need not wait for the next), then poll() waits for answers.
 *
 * When the answers that wait fill WH_MAX_BACKLOG, only the worker at the first task is read from;
 * the others block on their sockets, and their time is not counted. If the first task has no
 * worker by then, it gets one more than `jobs`.
 *
 * A worker that ends, answers what none answers, or takes too long is killed and reported with
 * the status that it left in shared memory. on_crash() may change the task's request, so that
 * another worker does the rest of it.
 */

#define TICK (G_USEC_PER_SEC / 5)
#define RECEIVE_SIZE (256 * 1024)
/* Two small tasks may wait at one worker, so that it need not wait for the second. */
#define SMALL_TASK (4 << 20)
#define TASKS_AHEAD 1024

struct worker {
	struct worker_process process;
	void *status;
	bool alive;
	bool ready;
	bool timed_out;
	GQueue tasks; /* the first is being done */
	GByteArray *arrived;
	gint64 spent; /* of the first task's time */
	gint64 counted; /* when spent was last brought up to date */
};

struct pool {
	struct pool_stage stage;
	GPtrArray *workers;
	GQueue order; /* every task that is not finished */
	GQueue waiting; /* those at no worker */
	bool exhausted; /* next() has no more */
	bool stopped;
	bool interrupted;
	bool failed;
	int signals;
	gint64 ticked;
};

struct pool *pool_new(const struct pool_stage *stage)
{
	struct pool *pool = g_new0(struct pool, 1);

	pool->stage = *stage;
	pool->workers = g_ptr_array_new();
	g_queue_init(&pool->order);
	g_queue_init(&pool->waiting);
	return pool;
}

static void end_worker(struct worker *worker, int *status)
{
	kill(worker->process.pid, SIGKILL);
	while (waitpid(worker->process.pid, status, 0) < 0 && errno == EINTR)
		;
	close(worker->process.socket);
	worker->alive = false;
}

static void worker_free(struct pool *pool, struct worker *worker)
{
	int status;

	if (worker->alive)
		end_worker(worker, &status);
	munmap(worker->status, pool->stage.worker.status_size);
	g_byte_array_unref(worker->arrived);
	g_queue_clear(&worker->tasks);
	g_free(worker);
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
		worker_free(pool, pool->workers->pdata[i]);
	g_ptr_array_unref(pool->workers);
	while (pool->order.head)
		finish_task(pool, pool->order.head->data);
	g_queue_clear(&pool->waiting);
	g_free(pool);
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
		const struct worker *worker = pool->workers->pdata[i];

		if (worker->alive && worker->tasks.head)
			see(context, worker->status);
	}
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

		while (!pool->stopped && frame_take(answers, &at, &frame, &broken))
			pool->stage.take(pool->stage.context, task, &frame);
		g_byte_array_set_size(answers, 0);
		if (!task->done || pool->stopped)
			return;
		finish_task(pool, task);
	}
}

static struct task *get_task(const struct worker *worker)
{
	return worker->tasks.head ? worker->tasks.head->data : NULL;
}

static void begin_time(struct worker *worker)
{
	worker->spent = 0;
	worker->counted = g_get_monotonic_time();
}

static void handle_message(struct pool *pool, struct worker *worker, const struct frame *frame)
{
	g_autoptr(GByteArray) reply = g_byte_array_new();
	g_autoptr(GByteArray) message = NULL;

	if (pool->interrupted)
		return;
	pool->stage.on_message(pool->stage.context, get_task(worker), frame, reply);
	if (reply->len == 0)
		return;
	message = g_byte_array_new();
	frame_append(message, FRAME_REPLY, reply->data, reply->len);
	frame_send(worker->process.socket, message->data, message->len, NULL, 0);
	/* A person may have been asked. */
	worker->counted = g_get_monotonic_time();
}

/* False for a frame that no worker sends. */
static bool handle_frame(struct pool *pool, struct worker *worker, const struct frame *frame)
{
	struct task *task = get_task(worker);

	if (frame->type == FRAME_READY) {
		if (frame->size != sizeof(struct sandbox_report))
			return false;
		worker->ready = true;
		if (!pool->stage.ready(pool->stage.context, (const void *)frame->data))
			pool->stopped = true;
	} else if (!task) {
		return false;
	} else if (frame->type == FRAME_DONE) {
		g_queue_pop_head(&worker->tasks);
		task->done = true;
		begin_time(worker);
	} else if (frame->type >= WH_FRAME_AT_ONCE) {
		handle_message(pool, worker, frame);
	} else if (frame->type >= WH_FRAME_ORDERED) {
		task_answer(task, frame->type, frame->data, frame->size);
	} else {
		return false;
	}
	return true;
}

static bool handle_arrived(struct pool *pool, struct worker *worker)
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

static void report_crash(struct pool *pool, struct worker *worker, bool is_broken)
{
	struct crash crash = {
		.status = worker->status, .timed_out = worker->timed_out, .is_broken = is_broken};
	struct task *task = g_queue_pop_head(&worker->tasks);
	struct task *other;
	int status = 0;

	end_worker(worker, &status);
	if (WIFSIGNALED(status))
		crash.signal = WTERMSIG(status);
	else
		crash.exit_status = WEXITSTATUS(status);
	while ((other = g_queue_pop_tail(&worker->tasks)) != NULL)
		g_queue_push_head(&pool->waiting, other);
	if (!worker->ready) {
		if (task)
			g_queue_push_head(&pool->waiting, task);
		/* It died before it could do anything: so would the next. */
		pool->failed = pool->stopped = true;
		errno = ECHILD;
	} else if (!task) {
		return;
	} else if (pool->stage.on_crash(pool->stage.context, task, &crash)) {
		g_queue_push_head(&pool->waiting, task);
	} else {
		task->done = true;
	}
}

/* Time counts only while the worker's answers are read: else it may be waiting for that. */
static void count_time(struct worker *worker, bool reads)
{
	gint64 now = g_get_monotonic_time();

	if (reads)
		worker->spent += now - worker->counted;
	worker->counted = now;
}

static void receive_answers(struct pool *pool, struct worker *worker)
{
	ssize_t got = frame_receive(worker->process.socket, worker->arrived, RECEIVE_SIZE, NULL);

	if (got <= 0)
		report_crash(pool, worker, false);
	else if (!handle_arrived(pool, worker))
		report_crash(pool, worker, true);
	take_in_order(pool);
}

/* A new place for a worker, or that of one that has ended, with its status cleared. */
static struct worker *get_place(struct pool *pool)
{
	size_t size = pool->stage.worker.status_size;
	struct worker *worker;
	void *status;

	for (guint i = 0; i < pool->workers->len; i++) {
		worker = pool->workers->pdata[i];
		if (worker->alive)
			continue;
		memset(worker->status, 0, size);
		return worker;
	}
	status = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (status == MAP_FAILED)
		return NULL;
	worker = g_new0(struct worker, 1);
	worker->status = status;
	worker->arrived = g_byte_array_new();
	g_ptr_array_add(pool->workers, worker);
	return worker;
}

static struct worker *spawn_worker(struct pool *pool)
{
	struct worker *worker = get_place(pool);

	if (!worker)
		return NULL;
	g_byte_array_set_size(worker->arrived, 0);
	worker->ready = worker->timed_out = false;
	worker->alive = worker_spawn(&pool->stage.worker, worker->status, &worker->process);
	return worker->alive ? worker : NULL;
}

/* Answers that wait for their turn take up all the room that they may. */
static bool backlog_is_full(const struct pool *pool)
{
	uint64_t size = 0;

	for (const GList *at = pool->order.head; at && size <= WH_MAX_BACKLOG; at = at->next)
		size += ((const struct task *)at->data)->answers->len;
	return size > WH_MAX_BACKLOG;
}

static guint count_alive(const struct pool *pool)
{
	guint alive = 0;

	for (guint i = 0; i < pool->workers->len; i++)
		alive += ((const struct worker *)pool->workers->pdata[i])->alive;
	return alive;
}

/* One more than asked for where all others wait for the turn of a task that has no worker. */
static bool may_spawn(const struct pool *pool)
{
	const struct task *first = pool->order.head ? pool->order.head->data : NULL;
	guint alive = count_alive(pool);

	if (alive < pool->stage.jobs)
		return true;
	return alive == pool->stage.jobs && backlog_is_full(pool) && first && pool->waiting.head &&
	       pool->waiting.head->data == first;
}

/* A worker with nothing to do, or one whose task ends before another could begin. */
static struct worker *find_worker(struct pool *pool, const struct task *task)
{
	struct worker *brief = NULL;

	for (guint i = 0; i < pool->workers->len; i++) {
		struct worker *worker = pool->workers->pdata[i];

		if (!worker->alive)
			continue;
		if (worker->tasks.length == 0)
			return worker;
		if (worker->tasks.length == 1 && task->weight < SMALL_TASK &&
		    get_task(worker)->weight < SMALL_TASK)
			brief = worker;
	}
	return may_spawn(pool) ? spawn_worker(pool) : brief;
}

static struct task *get_waiting(struct pool *pool)
{
	struct task *task;

	while (!pool->waiting.head && !pool->exhausted && pool->order.length < TASKS_AHEAD) {
		if (pool->order.head && pool->stage.has_room &&
		    !pool->stage.has_room(pool->stage.context))
			break;
		task = pool->stage.next(pool->stage.context);
		pool->exhausted = task == NULL;
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

static void give_task(struct worker *worker, struct task *task)
{
	g_autoptr(GByteArray) message = g_byte_array_new();

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
	frame_append(message, FRAME_TASK, body->data, body->len);
	if (worker->tasks.length == 0)
		begin_time(worker);
	g_queue_push_tail(&worker->tasks, task);
	/* A worker that is gone is found out when its answers are read. */
	frame_send(worker->process.socket, message->data, message->len,
		   (const int *)(void *)fds->data, fds->len);
}

static void give_tasks(struct pool *pool)
{
	struct task *task;

	while (!pool->stopped && (task = get_waiting(pool)) != NULL) {
		struct worker *worker = find_worker(pool, task);

		if (!worker) {
			if (count_alive(pool) == 0)
				pool->failed = pool->stopped = true;
			return;
		}
		g_queue_pop_head(&pool->waiting);
		give_task(worker, task);
	}
}

/* With a full backlog only the answers of the worker at the first task are read. */
static bool is_read_from(const struct pool *pool, struct worker *worker, bool full)
{
	if (!worker->alive)
		return false;
	return !full || !worker->tasks.head || g_queue_find(&worker->tasks, pool->order.head->data);
}

static void handle_signal(struct pool *pool)
{
	struct signalfd_siginfo info;

	if (read(pool->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGUSR1)
		pool->stage.tick(pool->stage.context, true);
	else
		pool->interrupted = pool->stopped = true;
}

static void check_times(struct pool *pool)
{
	bool full = backlog_is_full(pool);

	for (guint i = 0; pool->stage.timeout && i < pool->workers->len; i++) {
		struct worker *worker = pool->workers->pdata[i];

		if (!worker->alive || !worker->tasks.head)
			continue;
		count_time(worker, is_read_from(pool, worker, full));
		if (worker->spent > pool->stage.timeout && !worker->timed_out) {
			worker->timed_out = true;
			kill(worker->process.pid, SIGKILL);
		}
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

static void wait_for_answers(struct pool *pool)
{
	g_autofree struct pollfd *fds = g_new0(struct pollfd, pool->workers->len + 1);
	bool full = backlog_is_full(pool);

	fds[0] = (struct pollfd){.fd = pool->signals, .events = POLLIN};
	for (guint i = 0; i < pool->workers->len; i++) {
		struct worker *worker = pool->workers->pdata[i];
		bool reads = is_read_from(pool, worker, full);

		fds[i + 1] = (struct pollfd){.fd = reads ? worker->process.socket : -1,
					     .events = POLLIN};
	}
	if (poll(fds, pool->workers->len + 1, TICK / 1000) > 0) {
		guint count = pool->workers->len;

		if (fds[0].revents)
			handle_signal(pool);
		for (guint i = 0; i < count && !pool->stopped; i++) {
			if (fds[i + 1].revents)
				receive_answers(pool, pool->workers->pdata[i]);
		}
	}
	tick(pool);
}

/* What workers had answered when the run was interrupted is taken, in the order of tasks. */
static void take_what_is_there(struct pool *pool)
{
	pool->stopped = false;
	for (guint i = 0; i < pool->workers->len; i++) {
		struct worker *worker = pool->workers->pdata[i];
		ssize_t got = 1;

		while (worker->alive && got > 0) {
			struct pollfd fd = {.fd = worker->process.socket, .events = POLLIN};

			got = poll(&fd, 1, 0) > 0
				      ? frame_receive(worker->process.socket, worker->arrived,
						      RECEIVE_SIZE, NULL)
				      : 0;
			if (!handle_arrived(pool, worker))
				break;
		}
	}
	for (GList *at = pool->order.head; at; at = at->next)
		((struct task *)at->data)->done = true;
	take_in_order(pool);
}

static void catch_signals(struct pool *pool, sigset_t *before)
{
	sigset_t caught;

	sigemptyset(&caught);
	sigaddset(&caught, SIGINT);
	sigaddset(&caught, SIGTERM);
	sigaddset(&caught, SIGUSR1);
	sigprocmask(SIG_BLOCK, &caught, before);
	pool->signals = signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
}

enum pool_end pool_run(struct pool *pool)
{
	sigset_t before;

	catch_signals(pool, &before);
	give_tasks(pool);
	take_in_order(pool);
	while (!pool->stopped && pool->order.head) {
		wait_for_answers(pool);
		take_in_order(pool);
		give_tasks(pool);
	}
	if (pool->interrupted)
		take_what_is_there(pool);
	close(pool->signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (pool->failed)
		return POOL_FAILED;
	if (pool->interrupted)
		return POOL_INTERRUPTED;
	return pool->stopped ? POOL_STOPPED : POOL_ENDED;
}
