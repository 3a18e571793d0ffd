/* SPDX-License-Identifier: Apache-2.0 */
#include "run/pool_worker.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "run/frame.h"

/* A process that is stopped together with its parent has not slept. */
#define LONGEST_LOOK G_USEC_PER_SEC
/* A process that got less than this part of a processor slept. */
#define SLEEPER 64
#define RECEIVE_SIZE (256 * 1024)
/* Milliseconds until a process that was killed has surely ended. */
#define LONGEST_END 1000

struct message {
	GByteArray *bytes;
	guint sent;
	GArray *fds; /* int; NULL: none */
};

static void message_free(gpointer data)
{
	struct message *message = data;

	g_byte_array_unref(message->bytes);
	if (message->fds)
		g_array_unref(message->fds);
	g_free(message);
}

struct pool_worker *pool_worker_new(size_t status_size)
{
	size_t size = sizeof(struct outbox) + status_size;
	struct outbox *outbox =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct pool_worker *worker;

	if (outbox == MAP_FAILED)
		return NULL;
	madvise(outbox, size, MADV_DONTFORK);
	worker = g_new0(struct pool_worker, 1);
	worker->outbox = outbox;
	worker->status = outbox + 1;
	worker->arrived = g_byte_array_new();
	g_queue_init(&worker->leaving);
	g_queue_init(&worker->tasks);
	return worker;
}

void pool_worker_free(struct pool_worker *worker, size_t status_size, GArray *dropped)
{
	if (worker->alive)
		pool_worker_drop(worker, dropped);
	munmap(worker->outbox, sizeof(struct outbox) + status_size);
	g_byte_array_unref(worker->arrived);
	g_queue_clear(&worker->tasks);
	g_free(worker);
}

bool pool_worker_start(struct pool_worker *worker, const struct worker_stage *stage)
{
	size_t size = sizeof(struct outbox) + stage->status_size;

	g_byte_array_set_size(worker->arrived, 0);
	worker->received = 0;
	worker->ready = false;
	worker->is_fresh = true;
	worker->group = 0;
	/* The pages of an earlier process are given back, and read as zeros. */
	if (madvise(worker->outbox, size, MADV_REMOVE) != 0)
		memset(worker->outbox, 0, size);
	madvise(worker->outbox, size, MADV_DOFORK);
	worker->alive = worker_spawn(stage, worker->status, worker->outbox, &worker->process);
	madvise(worker->outbox, size, MADV_DONTFORK);
	return worker->alive;
}

ssize_t pool_worker_receive(struct pool_worker *worker)
{
	ssize_t got = frame_receive(worker->process.socket, worker->arrived, RECEIVE_SIZE, NULL);

	worker->received += (uint64_t)MAX(got, 0);
	return got;
}

bool pool_worker_receive_last(struct pool_worker *worker)
{
	struct pollfd fd = {.fd = worker->process.socket, .events = POLLIN};
	int ready;

	do
		ready = poll(&fd, 1, LONGEST_END);
	while (ready < 0 && errno == EINTR);
	return ready > 0 && pool_worker_receive(worker) > 0;
}

int pool_worker_end(struct pool_worker *worker)
{
	g_queue_clear_full(&worker->leaving, message_free);
	worker->alive = false;
	return process_end(&worker->process);
}

void pool_worker_drop(struct pool_worker *worker, GArray *dropped)
{
	g_queue_clear_full(&worker->leaving, message_free);
	worker->alive = false;
	process_drop(&worker->process, dropped);
}

void pool_worker_flush(struct pool_worker *worker)
{
	struct message *message;

	while ((message = g_queue_peek_head(&worker->leaving)) != NULL) {
		const GArray *fds = message->sent == 0 ? message->fds : NULL;
		ssize_t sent = frame_send_some(
			worker->process.socket, message->bytes->data + message->sent,
			message->bytes->len - message->sent,
			fds ? (const int *)(void *)fds->data : NULL, fds ? fds->len : 0);

		if (sent <= 0)
			return;
		message->sent += (guint)sent;
		if (message->sent == message->bytes->len)
			message_free(g_queue_pop_head(&worker->leaving));
	}
}

void pool_worker_send(struct pool_worker *worker, uint32_t type, const GByteArray *data,
		      const GArray *fds)
{
	struct message *message = g_new0(struct message, 1);

	message->bytes = g_byte_array_new();
	frame_append(message->bytes, type, data->data, data->len);
	if (fds && fds->len > 0)
		message->fds = g_array_copy((GArray *)fds);
	g_queue_push_tail(&worker->leaving, message);
	pool_worker_flush(worker);
}

/* Microseconds of processor time that the process has used; 0 when it has ended. */
static gint64 get_processor_time(const struct pool_worker *worker)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(worker->process.pid, &clock) != 0 ||
	    clock_gettime(clock, &used) != 0)
		return 0;
	return used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

static void begin_step(struct pool_worker *worker, uint64_t progress)
{
	worker->progress = progress;
	worker->computed = worker->slept = 0;
}

void pool_worker_begin_time(struct pool_worker *worker)
{
	worker->spent = 0;
	worker->replies = 0;
	worker->counted = g_get_monotonic_time();
	worker->processor = get_processor_time(worker);
	begin_step(worker, 0);
}

enum pool_late pool_worker_count_time(struct pool_worker *worker, const struct pool_time *time,
				      uint64_t progress, bool is_read, bool waits)
{
	gint64 now = g_get_monotonic_time();
	gint64 passed = MIN(now - worker->counted, LONGEST_LOOK);
	gint64 processor = get_processor_time(worker);
	gint64 computed = MAX(processor - worker->processor, 0);

	worker->counted = now;
	worker->processor = processor;
	/* A task begins anew with its counter. */
	if (progress < worker->progress || progress - worker->progress >= time->step)
		begin_step(worker, progress);
	else
		worker->computed += computed;
	if (!is_read)
		return POOL_IN_TIME;
	worker->spent += passed;
	if (!waits && computed < passed / SLEEPER)
		worker->slept += passed;
	if (time->task && worker->spent > time->task)
		return POOL_TIMED_OUT;
	return worker->computed > time->standstill || worker->slept > time->standstill
		       ? POOL_STUCK
		       : POOL_IN_TIME;
}
