/* SPDX-License-Identifier: Apache-2.0 */
#include "run/worker.h"

#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "run/frame.h"
#include "run/process.h"

#define RECEIVE_SIZE 4096

struct answers {
	struct outbox_writer writer;
	GByteArray *arrived; /* not yet taken */
	GArray *descriptors; /* int: of tasks that are not yet begun, in their order */
	GQueue tasks; /* GBytes: those that arrived while a reply was waited for */
};

void answers_add(struct answers *answers, uint32_t type, const void *data, size_t size)
{
	if (!outbox_add(&answers->writer, type, data, size))
		_exit(0);
	if (type >= WH_FRAME_AT_ONCE)
		answers_send(answers);
}

void answers_keep(struct answers *answers)
{
	if (!outbox_keep(&answers->writer))
		_exit(0);
}

void answers_send(struct answers *answers)
{
	if (!outbox_send(&answers->writer))
		_exit(0);
}

static bool receive(struct answers *answers)
{
	return frame_receive(answers->writer.socket, answers->arrived, RECEIVE_SIZE,
			     answers->descriptors) > 0;
}

/* The next frame of that type from the parent; tasks that come before a reply are kept. NULL
 * when the parent is gone. */
static GBytes *wait_for_frame(struct answers *answers, uint32_t type)
{
	struct frame frame;
	size_t at = 0;
	bool broken;

	for (;;) {
		while (frame_take(answers->arrived, &at, &frame, &broken)) {
			GBytes *bytes = g_bytes_new(frame.data, frame.size);

			g_byte_array_remove_range(answers->arrived, 0, (guint)at);
			at = 0;
			if (frame.type == type)
				return bytes;
			g_queue_push_tail(&answers->tasks, bytes);
		}
		if (broken || !receive(answers))
			return NULL;
	}
}

GBytes *answers_ask(struct answers *answers, uint32_t type, const void *data, size_t size)
{
	GBytes *reply;

	answers_add(answers, type, data, size);
	reply = wait_for_frame(answers, FRAME_REPLY);
	if (!reply)
		_exit(0);
	return reply;
}

static GBytes *next_task(struct answers *answers)
{
	GBytes *kept = g_queue_pop_head(&answers->tasks);

	return kept ? kept : wait_for_frame(answers, FRAME_TASK);
}

/* The first `count` of those that arrived, or what the system let through of them. */
static GArray *take_descriptors(struct answers *answers, uint32_t count)
{
	GArray *taken = g_array_new(FALSE, FALSE, sizeof(int));

	count = MIN(count, answers->descriptors->len);
	if (count) {
		g_array_append_vals(taken, answers->descriptors->data, count);
		g_array_remove_range(answers->descriptors, 0, count);
	}
	return taken;
}

static void serve(const struct worker_stage *stage, void *shared, void *status,
		  struct answers *answers)
{
	GBytes *request;

	while ((request = next_task(answers)) != NULL) {
		struct work work = {.fd = -1, .status = status, .answers = answers};
		g_autoptr(GByteArray) result = g_byte_array_new();
		g_autoptr(GArray) fds = NULL;
		uint32_t count;

		work.request = g_bytes_get_data(request, &work.request_size);
		memcpy(&count, work.request, sizeof(count));
		work.request += sizeof(count);
		work.request_size -= sizeof(count);
		fds = take_descriptors(answers, count);
		work.fds = (const int *)(void *)fds->data;
		work.fd_count = fds->len;
		if (fds->len)
			work.fd = work.fds[0];
		work.result = result;
		stage->work(shared, &work);
		answers_add(answers, FRAME_DONE, result->data, result->len);
		answers_send(answers);
		for (guint i = 0; i < fds->len; i++)
			close(work.fds[i]);
		g_bytes_unref(request);
	}
}

/* What a forked worker needs of its parent. */
struct worker_start {
	const struct worker_stage *stage;
	void *status;
	struct outbox *outbox;
};

static void run_worker(void *context, pid_t parent)
{
	const struct worker_start *start = context;
	const struct worker_stage *stage = start->stage;
	struct answers answers = {.writer = {.outbox = start->outbox, .socket = PROCESS_SOCKET},
				  .arrived = g_byte_array_new(),
				  .descriptors = g_array_new(FALSE, FALSE, sizeof(int)),
				  .tasks = G_QUEUE_INIT};
	struct sandbox_limits limits = stage->limits;
	struct sandbox_report report;
	void *shared;

	limits.parent = parent;
	shared = stage->begin(stage->context);
	sandbox_enter(stage->sandbox, &limits, &report);
	answers_add(&answers, FRAME_READY, &report, sizeof(report));
	answers_send(&answers);
	if (stage->sandbox != SANDBOX_REQUIRE || !report.missing)
		serve(stage, shared, start->status, &answers);
}

bool worker_spawn(const struct worker_stage *stage, void *status, struct outbox *outbox,
		  struct process *out)
{
	struct worker_start start = {stage, status, outbox};
	const struct process_main main = {.run = run_worker, .context = &start};

	return process_spawn(&main, out);
}
