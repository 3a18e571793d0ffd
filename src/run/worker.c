/* SPDX-License-Identifier: Apache-2.0 */
#include "run/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "run/frame.h"

/* Where the socket stands in a worker; all above it is closed. */
#define WORKER_SOCKET 3
#define RECEIVE_SIZE 4096

struct answers {
	int socket;
	GByteArray *waiting;
	GByteArray *arrived; /* not yet taken */
	GArray *descriptors; /* int: of tasks that are not yet begun, in their order */
	GQueue tasks; /* GBytes: those that arrived while a reply was waited for */
};

void answers_add(struct answers *answers, uint32_t type, const void *data, size_t size)
{
	frame_append(answers->waiting, type, data, size);
	if (answers->waiting->len > WH_ANSWERS_SIZE)
		answers_send(answers);
}

void answers_send(struct answers *answers)
{
	if (!frame_send(answers->socket, answers->waiting->data, answers->waiting->len, NULL, 0))
		_exit(0);
	g_byte_array_set_size(answers->waiting, 0);
}

static bool receive(struct answers *answers)
{
	return frame_receive(answers->socket, answers->arrived, RECEIVE_SIZE,
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
	answers_send(answers);
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
		stage->work(shared, &work);
		answers_add(answers, FRAME_DONE, NULL, 0);
		answers_send(answers);
		for (guint i = 0; i < fds->len; i++)
			close(work.fds[i]);
		g_bytes_unref(request);
	}
}

/* Leaves nothing of the parent's open but the socket. A sanitizer's reports are kept. */
static void close_inherited(int socket)
{
	int null = open("/dev/null", O_RDWR);

	dup2(socket, WORKER_SOCKET);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	if (!sandbox_is_sanitized())
		dup2(null, STDERR_FILENO);
	close_range(WORKER_SOCKET + 1, ~0U, 0);
}

/* What ends a run goes to the parent; the workers end with it. */
static void set_signals(void)
{
	sigset_t none;

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* GLib stops the process when memory is out; what it would print helps nobody here. */
static GLogWriterOutput end_on_error(GLogLevelFlags level, const GLogField *fields, gsize count,
				     gpointer context)
{
	(void)fields, (void)count, (void)context;
	if (level & G_LOG_LEVEL_ERROR)
		_exit(WH_WORKER_NO_MEMORY);
	return G_LOG_WRITER_HANDLED;
}

static G_GNUC_NORETURN void run_worker(const struct worker_stage *stage, void *status, int socket,
				       pid_t parent)
{
	struct answers answers = {.socket = WORKER_SOCKET,
				  .waiting = g_byte_array_new(),
				  .arrived = g_byte_array_new(),
				  .descriptors = g_array_new(FALSE, FALSE, sizeof(int)),
				  .tasks = G_QUEUE_INIT};
	struct sandbox_limits limits = stage->limits;
	struct sandbox_report report;
	void *shared;

	limits.parent = parent;
	set_signals();
	close_inherited(socket);
	g_log_set_writer_func(end_on_error, NULL, NULL);
	shared = stage->begin(stage->context);
	sandbox_enter(stage->sandbox, &limits, &report);
	answers_add(&answers, FRAME_READY, &report, sizeof(report));
	answers_send(&answers);
	if (stage->sandbox != SANDBOX_REQUIRE || !report.missing)
		serve(stage, shared, status, &answers);
	_exit(0);
}

bool worker_spawn(const struct worker_stage *stage, void *status, struct worker_process *out)
{
	pid_t parent = getpid();
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	pid = fork();
	if (pid == 0)
		run_worker(stage, status, ends[1], parent);
	close(ends[1]);
	if (pid < 0) {
		int error = errno;

		close(ends[0]);
		errno = error;
		return false;
	}
	*out = (struct worker_process){pid, ends[0]};
	return true;
}
