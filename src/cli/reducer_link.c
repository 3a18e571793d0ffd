/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reducer_link.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/reducer_message.h"
#include "event/event_pack.h"
#include "map/dedup.h"
#include "map/log_line.h"
#include "map/protocol.h"
#include "run/frame.h"
#include "run/process.h"

#define RECEIVE_SIZE (256 * 1024)
/* Who reads along need not wait for longer. */
#define FLUSH_EACH (G_USEC_PER_SEC / 5)

struct reducer_link {
	const struct reducer_work *work;
	struct output_progress *progress;
	GByteArray *arrived;
	size_t at; /* in it */
	char *path; /* of the events that come */
	struct event event;
	struct arena arena; /* of the object at hand */
	struct dedup *dedup; /* NULL: duplicates are kept */
	uint64_t duplicates;
	struct log_facts parts; /* of the log of which parts were taken */
	bool has_parts;
	gint64 flushed;
	bool ended; /* there are no more events */
};

static void answer(enum reducer_answer type, const void *data, size_t size)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	frame_append(bytes, type, data, size);
	if (!frame_send(PROCESS_SOCKET, bytes->data, bytes->len))
		_exit(0);
}

void reducer_link_fault(struct reducer_link *link, const struct fault *fault)
{
	g_autoptr(GByteArray) bytes = fault_encode(fault, true);

	(void)link;
	answer(ANSWER_REPORTED_FAULT, bytes->data, bytes->len);
}

void reducer_link_note(struct reducer_link *link, const char *message)
{
	(void)link;
	answer(ANSWER_NOTE, message, strlen(message));
}

void reducer_link_count(struct reducer_link *link, const char *name, uint64_t count)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	(void)link;
	g_byte_array_append(bytes, (const guint8 *)&count, sizeof(count));
	g_byte_array_append(bytes, (const guint8 *)name, (guint)strlen(name));
	answer(ANSWER_COUNT, bytes->data, bytes->len);
}

struct output_progress *reducer_link_get_progress(struct reducer_link *link)
{
	return link->progress;
}

static void flush_at_times(struct reducer_link *link)
{
	gint64 now = g_get_monotonic_time();

	if (now - link->flushed < FLUSH_EACH)
		return;
	link->flushed = now;
	link->work->flush(link->work->context);
}

/* Waits for more; false when the parent has no more to say. */
static bool receive(struct reducer_link *link)
{
	struct pollfd fd = {.fd = PROCESS_SOCKET, .events = POLLIN};

	g_byte_array_remove_range(link->arrived, 0, (guint)link->at);
	link->at = 0;
	flush_at_times(link);
	if (poll(&fd, 1, FLUSH_EACH / 1000) == 0) {
		link->flushed = 0;
		flush_at_times(link);
	}
	return frame_receive(PROCESS_SOCKET, link->arrived, RECEIVE_SIZE, NULL) > 0;
}

/* The next frame; false at the end, which is the parent's. */
static bool next_frame(struct reducer_link *link, struct frame *out)
{
	bool broken = false;

	while (!frame_take(link->arrived, &link->at, out, &broken))
		if (broken || !receive(link))
			return false;
	return true;
}

static void report_broken(struct reducer_link *link)
{
	const struct fault fault = {.code = FAULT_WORKER,
				    .what = "worker gave what is no event and no object",
				    .path = link->path};

	reducer_link_fault(link, &fault);
}

static bool take_event(struct reducer_link *link, const struct frame *frame,
		       const struct reducer_takers *takers)
{
	struct packed_identity identity;

	if (!event_unpack(&link->event, frame->data, frame->size, link->path) ||
	    !packed_identity_get(frame->data, frame->size, &identity)) {
		report_broken(link);
		return true;
	}
	if (link->dedup && dedup_add(link->dedup, &identity, &link->event)) {
		link->duplicates++;
		return true;
	}
	return !takers->take || takers->take(takers->context, &link->event);
}

static bool take_object(struct reducer_link *link, const struct frame *frame,
			const struct reducer_takers *takers)
{
	struct wmi_object object;

	arena_clear(&link->arena);
	if (!wmi_object_unpack(&object, frame->data, frame->size, link->path, &link->arena, NULL)) {
		report_broken(link);
		return true;
	}
	return !takers->take_object || takers->take_object(takers->context, &object);
}

/* Hands over the log of which parts were taken. */
static bool end_log(struct reducer_link *link, const struct reducer_takers *takers)
{
	bool go_on = true;

	if (!link->has_parts)
		return true;
	if (link->parts.chunks || link->parts.has_header || link->parts.kinds)
		go_on = takers->take_log(takers->context, &link->parts);
	log_facts_clear(&link->parts);
	link->has_parts = false;
	return go_on;
}

static bool add_part(struct reducer_link *link, const struct log_facts *facts, bool is_last,
		     const struct reducer_takers *takers)
{
	if (!link->has_parts) {
		link->parts.ref.path = link->path;
		link->parts.ref.offset = facts->ref.offset;
		link->parts.since = facts->since;
		link->parts.until = facts->until;
	}
	link->has_parts = true;
	log_facts_merge(&link->parts, facts);
	return !is_last || end_log(link, takers);
}

static bool take_log(struct reducer_link *link, const struct frame *frame,
		     const struct reducer_takers *takers)
{
	const char *text = (const char *)frame->data;
	struct log_line line;
	bool go_on;

	if (!takers->take_log)
		return true;
	if (frame->size == 0 || !log_line_read(&line, text + 1, frame->size - 1)) {
		report_broken(link);
		return true;
	}
	if (text[0] & LOG_IS_OWN)
		line.facts.ref.path = link->path;
	if (text[0] & LOG_IS_PART)
		go_on = add_part(link, &line.facts, text[0] & LOG_ENDS, takers);
	else
		go_on = takers->take_log(takers->context, &line.facts);
	log_line_release(&line);
	return go_on;
}

static void take_fault(const struct reducer_work *work, const struct frame *frame)
{
	struct fault fault;

	if (fault_decode(frame->data, frame->size, &fault))
		work->take_fault(work->context, &fault);
}

/* Takes a frame that is no event. */
static void take_order(struct reducer_link *link, const struct frame *frame)
{
	const struct reducer_work *work = link->work;

	if (frame->type == ORDER_PATH) {
		g_free(link->path);
		link->path = g_strndup((const char *)frame->data, frame->size);
	} else if (frame->type == ORDER_LINE) {
		work->write_line(work->context, (const char *)frame->data, frame->size);
	} else if (frame->type == ORDER_FAULT) {
		take_fault(work, frame);
	} else {
		link->ended = true;
	}
}

void reducer_link_read(struct reducer_link *link, const struct reducer_takers *takers)
{
	bool go_on = true;
	struct frame frame;

	while (go_on && !link->ended && next_frame(link, &frame)) {
		if (frame.type == ORDER_PATH || frame.type == ORDER_END)
			go_on = end_log(link, takers);
		if (frame.type == ORDER_EVENT)
			go_on = take_event(link, &frame, takers);
		else if (frame.type == ORDER_OBJECT)
			go_on = take_object(link, &frame, takers);
		else if (frame.type == ORDER_LOG)
			go_on = take_log(link, &frame, takers);
		else
			take_order(link, &frame);
	}
	if (!go_on)
		answer(ANSWER_STOP, NULL, 0);
	/* Its memory serves what is made of the events. */
	g_clear_pointer(&link->dedup, dedup_free);
}

void reducer_link_stop(struct reducer_link *link)
{
	(void)link;
	answer(ANSWER_STOP, NULL, 0);
}

bool reducer_link_wait(struct reducer_link *link, int fd)
{
	struct pollfd fds[] = {{.fd = PROCESS_SOCKET, .events = POLLIN},
			       {.fd = fd, .events = POLLIN}};

	do {
		flush_at_times(link);
	} while (poll(fds, G_N_ELEMENTS(fds), FLUSH_EACH / 1000) <= 0);
	return fds[0].revents == 0;
}

/* After the work is done: lines that the parent still adds. */
static void read_lines(struct reducer_link *link)
{
	struct frame frame;

	while (next_frame(link, &frame))
		if (frame.type != ORDER_EVENT && frame.type != ORDER_OBJECT &&
		    frame.type != ORDER_LOG)
			take_order(link, &frame);
}

/* Waits for the first order, without taking it, and says whether it is more than the end. */
static bool is_asked(void)
{
	struct pollfd fd = {.fd = PROCESS_SOCKET, .events = POLLIN};
	uint32_t head[2] = {0};

	poll(&fd, 1, -1);
	return recv(PROCESS_SOCKET, head, sizeof(head), MSG_PEEK) == sizeof(head) &&
	       head[1] != ORDER_END;
}

void reducer_link_run(void *context, pid_t parent)
{
	const struct reducer_start *start = context;
	const struct reducer_work *work = start->work;
	struct reducer_link link = {
		.work = work, .progress = start->progress, .arrived = g_byte_array_new()};
	const struct sandbox_limits limits = {
		.parent = parent, .writes_files = true, .filter = sandbox_filter_new(true)};
	struct reducer_result result = {0};
	struct sandbox_report report;
	bool failed = false;
	int32_t error;

	if (work->prepare && is_asked())
		work->prepare(work->context);
	sandbox_enter(work->sandbox, &limits, &report);
	event_init(&link.event);
	arena_init(&link.arena);
	log_facts_init(&link.parts);
	link.dedup = work->keep_duplicates ? NULL : dedup_new();
	if (work->sandbox != SANDBOX_REQUIRE || !report.missing)
		result.found = work->run(work->context, &link, &failed);
	work->flush(work->context);
	result.failed = failed;
	result.duplicates = link.duplicates;
	answer(ANSWER_RESULT, &result, sizeof(result));
	read_lines(&link);
	work->end(work->context);
	error = work->flush(work->context);
	answer(ANSWER_WRITTEN, &error, sizeof(error));
}
