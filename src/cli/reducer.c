/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reducer.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "cli/reducer_link.h"
#include "cli/reducer_message.h"
#include "map/protocol.h"
#include "run/frame.h"
#include "run/process.h"

#define RECEIVE_SIZE 65536
#define SEND_SIZE (256 * 1024) /* what is sent at once */
#define MOST_LEAVING (2 << 20)
#define TICK_MILLISECONDS 100
/* Output that does not move on for so long stands still. */
#define STALLED (G_USEC_PER_SEC / 2)

struct reducer {
	struct process process;
	struct reducer_calls calls;
	const struct signals *signals;
	struct output_progress *progress; /* memory that both share */
	GByteArray *leaving;
	size_t sent; /* of that */
	bool is_full; /* the socket took no more when it was last tried */
	GByteArray *arrived;
	char *path; /* that it was told last */
	bool stopped; /* it takes no more events */
	bool has_result;
	bool has_written; /* it said how its last writes went */
	bool gone; /* its end of the socket is closed */
	bool given_up; /* it was killed, as somebody asked */
	bool noted; /* that a signal does not end it */
	uint64_t written; /* when that last changed */
	gint64 moved; /* when that was */
	struct reducer_result result;
	int32_t error; /* of its writes */
};

struct reducer *reducer_new(const struct reducer_work *work, const struct reducer_calls *calls,
			    const struct signals *signals)
{
	struct reducer *reducer = g_new0(struct reducer, 1);
	struct reducer_start start;
	const struct process_main main = {.run = reducer_link_run,
					  .context = &start,
					  .keeps_output = true,
					  .output = work->output,
					  .more = work->more};

	reducer->calls = *calls;
	reducer->signals = signals;
	reducer->progress = mmap(NULL, sizeof(*reducer->progress), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	start = (struct reducer_start){work, reducer->progress};
	if (reducer->progress == MAP_FAILED || !process_spawn(&main, &reducer->process)) {
		g_free(reducer);
		return NULL;
	}
	madvise(reducer->progress, sizeof(*reducer->progress), MADV_DONTFORK);
	reducer->leaving = g_byte_array_new();
	reducer->arrived = g_byte_array_new();
	return reducer;
}

void reducer_free(struct reducer *reducer)
{
	munmap(reducer->progress, sizeof(*reducer->progress));
	g_byte_array_unref(reducer->leaving);
	g_byte_array_unref(reducer->arrived);
	g_free(reducer->path);
	g_free(reducer);
}

static size_t count_leaving(const struct reducer *reducer)
{
	return reducer->leaving->len - reducer->sent;
}

/* Takes away what was sent, but not for each little of much. */
static void drop_sent(struct reducer *reducer)
{
	if (reducer->gone)
		reducer->sent = reducer->leaving->len;
	if (2 * reducer->sent < reducer->leaving->len)
		return;
	g_byte_array_remove_range(reducer->leaving, 0, (guint)reducer->sent);
	reducer->sent = 0;
}

/* Sends what the socket takes. What a process that is gone does not take is dropped. */
static void flush(struct reducer *reducer)
{
	reducer->is_full = false;
	while (count_leaving(reducer) && !reducer->gone) {
		ssize_t sent = frame_send_some(reducer->process.socket,
					       reducer->leaving->data + reducer->sent,
					       count_leaving(reducer), NULL, 0);

		if (sent < 0 && errno != EAGAIN)
			reducer->gone = reducer->stopped = true;
		reducer->is_full = sent <= 0;
		if (reducer->is_full)
			break;
		reducer->sent += (size_t)sent;
	}
	drop_sent(reducer);
}

static void send_order(struct reducer *reducer, enum reducer_order order, const void *data,
		       size_t size)
{
	frame_append(reducer->leaving, order, data, size);
	if (!reducer->is_full && count_leaving(reducer) >= SEND_SIZE)
		flush(reducer);
}

static bool take(struct reducer *reducer, enum reducer_order order, const char *path,
		 const uint8_t *data, size_t size)
{
	if (reducer->stopped)
		return false;
	if (g_strcmp0(reducer->path, path) != 0) {
		g_free(reducer->path);
		reducer->path = g_strdup(path);
		send_order(reducer, ORDER_PATH, path, strlen(path));
	}
	send_order(reducer, order, data, size);
	return true;
}

bool reducer_take(struct reducer *reducer, const char *path, const uint8_t *event, size_t size)
{
	return take(reducer, ORDER_EVENT, path, event, size);
}

bool reducer_take_object(struct reducer *reducer, const char *path, const uint8_t *object,
			 size_t size)
{
	return take(reducer, ORDER_OBJECT, path, object, size);
}

bool reducer_take_log(struct reducer *reducer, const char *path, const uint8_t *log, size_t size)
{
	return take(reducer, ORDER_LOG, path, log, size);
}

void reducer_add_line(struct reducer *reducer, const char *line, size_t length)
{
	send_order(reducer, ORDER_LINE, line, length);
}

void reducer_add_fault(struct reducer *reducer, const struct fault *fault)
{
	g_autoptr(GByteArray) bytes = fault_encode(fault, true);

	send_order(reducer, ORDER_FAULT, bytes->data, bytes->len);
}

bool reducer_may_take(const struct reducer *reducer)
{
	return count_leaving(reducer) < MOST_LEAVING;
}

static void take_fault(struct reducer *reducer, const struct frame *frame)
{
	struct fault fault;

	if (fault_decode(frame->data, frame->size, &fault))
		fault_report(reducer->calls.faults, &fault);
}

static void take_note(struct reducer *reducer, const struct frame *frame)
{
	g_autofree char *message =
		g_utf8_make_valid((const char *)frame->data, (gssize)frame->size);

	reducer->calls.note(reducer->calls.context, message);
}

static void take_count(struct reducer *reducer, const struct frame *frame)
{
	g_autofree char *name = NULL;
	uint64_t count;

	if (frame->size < sizeof(count))
		return;
	memcpy(&count, frame->data, sizeof(count));
	name = g_utf8_make_valid((const char *)frame->data + sizeof(count),
				 (gssize)(frame->size - sizeof(count)));
	reducer->calls.count(reducer->calls.context, name, count);
}

static void take_answer(struct reducer *reducer, const struct frame *frame)
{
	switch (frame->type) {
	case ANSWER_REPORTED_FAULT:
		take_fault(reducer, frame);
		break;
	case ANSWER_NOTE:
		take_note(reducer, frame);
		break;
	case ANSWER_COUNT:
		take_count(reducer, frame);
		break;
	case ANSWER_STOP:
		reducer->stopped = true;
		break;
	case ANSWER_RESULT:
		reducer->has_result = frame->size == sizeof(reducer->result);
		if (reducer->has_result)
			memcpy(&reducer->result, frame->data, sizeof(reducer->result));
		reducer->stopped = true;
		break;
	case ANSWER_WRITTEN:
		reducer->has_written = frame->size == sizeof(reducer->error);
		if (reducer->has_written)
			memcpy(&reducer->error, frame->data, sizeof(reducer->error));
		break;
	}
}

static void receive(struct reducer *reducer)
{
	ssize_t got = frame_receive(reducer->process.socket, reducer->arrived, RECEIVE_SIZE, NULL);
	struct frame frame;
	bool broken = false;
	size_t at = 0;

	if (got < 0 && errno == EAGAIN)
		return;
	while (frame_take(reducer->arrived, &at, &frame, &broken))
		take_answer(reducer, &frame);
	g_byte_array_remove_range(reducer->arrived, 0, (guint)at);
	if (got <= 0 || broken)
		reducer->gone = reducer->stopped = true;
}

unsigned reducer_get_descriptors(struct reducer *reducer, struct pollfd *fds)
{
	if (reducer->gone)
		return 0;
	flush(reducer);
	*fds = (struct pollfd){.fd = reducer->process.socket,
			       .events = POLLIN | (count_leaving(reducer) ? POLLOUT : 0)};
	return 1;
}

bool reducer_polled(struct reducer *reducer, const struct pollfd *fds)
{
	if (fds->revents & POLLOUT)
		flush(reducer);
	if (fds->revents & ~POLLOUT)
		receive(reducer);
	return !reducer->stopped;
}

static bool output_stands_still(struct reducer *reducer)
{
	gint64 now = g_get_monotonic_time();
	uint64_t written = reducer->progress->written;

	if (written != reducer->written || !reducer->moved) {
		reducer->written = written;
		reducer->moved = now;
	}
	return reducer->progress->is_writing && now - reducer->moved > STALLED;
}

/* What was found is to be printed, whatever comes; but nobody has to wait for a reader that does
 * not read. */
static void handle_signal(struct reducer *reducer)
{
	if (output_stands_still(reducer)) {
		reducer->given_up = reducer->gone = true;
	} else if (!reducer->noted) {
		reducer->noted = true;
		reducer->calls.note(reducer->calls.context, "what was found is still printed");
	}
}

/* Waits for what comes next. */
static void wait_for_answers(struct reducer *reducer)
{
	struct pollfd fds[2] = {{.fd = reducer->signals->fd, .events = POLLIN}};
	unsigned count = 1 + reducer_get_descriptors(reducer, fds + 1);

	output_stands_still(reducer);
	if (poll(fds, count, TICK_MILLISECONDS) <= 0)
		return;
	if (fds[0].revents && signals_take(reducer->signals) == SIGNAL_END)
		handle_signal(reducer);
	if (count > 1 && fds[1].revents)
		reducer_polled(reducer, fds + 1);
}

bool reducer_wait(struct reducer *reducer)
{
	bool go_on = true;

	while (go_on && !reducer->stopped) {
		struct pollfd fds[2] = {{.fd = reducer->signals->fd, .events = POLLIN}};
		unsigned count = 1 + reducer_get_descriptors(reducer, fds + 1);

		if (poll(fds, count, -1) <= 0)
			continue;
		go_on = !fds[0].revents || signals_take(reducer->signals) != SIGNAL_END;
		if (count > 1 && fds[1].revents)
			reducer_polled(reducer, fds + 1);
	}
	return go_on;
}

uint64_t reducer_finish(struct reducer *reducer)
{
	send_order(reducer, ORDER_END, NULL, 0);
	while (!reducer->has_result && !reducer->gone)
		wait_for_answers(reducer);
	return reducer->result.duplicates;
}

/* Why it ended, if not of itself. */
static char *describe_end(struct reducer *reducer)
{
	g_autoptr(GArray) dropped = g_array_new(FALSE, FALSE, sizeof(pid_t));
	int status;

	if (reducer->has_written || reducer->given_up) {
		process_drop(&reducer->process, dropped);
		return reducer->given_up ? g_strdup("ended while the output stood still: not all "
						    "of it was printed")
					 : NULL;
	}
	status = process_end(&reducer->process);
	if (WIFEXITED(status) && WEXITSTATUS(status) == WH_WORKER_NO_MEMORY)
		return g_strdup("out of memory while results were put together");
	if (WIFSIGNALED(status))
		return g_strdup_printf("the process that puts results together died of signal %d",
				       WTERMSIG(status));
	return g_strdup("the process that puts results together ended before its work was done");
}

void reducer_close(struct reducer *reducer, struct reducer_end *end)
{
	while (count_leaving(reducer) && !reducer->gone)
		wait_for_answers(reducer);
	if (!reducer->gone)
		shutdown(reducer->process.socket, SHUT_WR);
	while (!reducer->gone)
		wait_for_answers(reducer);
	*end = (struct reducer_end){
		.found = reducer->result.found != 0,
		.failed = reducer->result.failed != 0 || !reducer->has_written,
		.error = reducer->error,
	};
	end->problem = describe_end(reducer);
}
