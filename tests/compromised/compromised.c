/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linked into wmihunt-compromised in front of mapper_work() (ld --wrap): a worker that is given an
 * input with "hostile" in its name is taken over from then on, as by a mistake in a decoder, and
 * does what the environment's COMPROMISED names, with this and with all other inputs it is given.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "event/event_pack.h"
#include "map/mapper.h"
#include "map/protocol.h"
#include "run/frame.h"
#include "run/process.h"

void __real_mapper_work(struct mapper *mapper, const struct work *work);
void __wrap_mapper_work(struct mapper *mapper, const struct work *work);

static void send_bytes(const void *data, size_t size)
{
	const uint8_t *at = data;

	while (size) {
		ssize_t sent = write(PROCESS_SOCKET, at, size);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			_exit(0);
		at += sent;
		size -= (size_t)sent;
	}
}

static void send_frame(uint32_t type, const void *data, size_t size)
{
	const uint32_t head[] = {(uint32_t)size, type};

	send_bytes(head, sizeof(head));
	send_bytes(data, size);
}

G_GNUC_NORETURN static void sleep_for_good(void)
{
	for (;;)
		poll(NULL, 0, -1);
}

/* A Sysmon 19 of a filter that no log ever had. */
static void send_event(unsigned long number, const char *host, const char *path)
{
	g_autofree char *name = g_strdup_printf("forged-%lu", number);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct event event;

	event_init(&event);
	event_set(&event, EVENT_PROVIDER, NULL, "Microsoft-Windows-Sysmon");
	event_set(&event, EVENT_CHANNEL, NULL, "Microsoft-Windows-Sysmon/Operational");
	event_set(&event, EVENT_ID, NULL, "19");
	event_set(&event, EVENT_TIME, NULL, "2024-01-15T09:00:12.41Z");
	event_set(&event, EVENT_HOST, NULL, host);
	event_add_field(&event, "Operation", "Created");
	event_add_field(&event, "Name", name);
	event.ref.path = path;
	event_pack(&event, path == NULL, bytes);
	send_frame(ANSWER_EVENT, bytes->data, bytes->len);
	event_release(&event);
}

static void send_done(const struct tally *tally)
{
	send_frame(FRAME_DONE, tally, tally ? sizeof(*tally) : 0);
}

static void say_nothing(const struct work *work)
{
	const struct tally none = {.files = 1};

	(void)work;
	send_done(&none);
}

static void say_no_tally(const struct work *work)
{
	(void)work;
	send_done(NULL);
}

static void count_too_much(const struct work *work)
{
	struct tally tally;

	(void)work;
	memset(&tally, 0xff, sizeof(tally));
	send_done(&tally);
}

/* What is no event, texts that would steer a terminal, and a source that is another file. */
static void forge_events(const struct work *work)
{
	static const char no_event[] = "{\"kind\":\"subscription\",\"level\":\"critical\"}\n";

	send_frame(ANSWER_EVENT, no_event, sizeof(no_event) - 1);
	send_frame(ANSWER_EVENT, "", 0);
	send_event(1,
		   "C1-\xc2\x9b"
		   "31m",
		   NULL);
	send_event(2, "ESC-\x1b[31m\xe2\x80\xae", NULL);
	send_event(3, "other", "innocent.evtx");
	say_nothing(work);
}

static void forge_faults(const struct work *work)
{
	struct fault fault = {.code = FAULT_WORKER,
			      .what = "what \x1b[31m \xc2\x9b"
				      "31m \xe2\x80\xae",
			      .entry = "e\x1b]8;;http://x\x07\n",
			      .path = NULL};
	g_autoptr(GByteArray) bytes = fault_encode(&fault, false);

	send_frame(ANSWER_FAULT, bytes->data, bytes->len);
	send_frame(ANSWER_FAULT, "xx", 2);
	say_nothing(work);
}

static void ask_for_good(const struct work *work)
{
	(void)work;
	for (;;)
		send_frame(ANSWER_PASSWORD, NULL, 0);
}

/* Faults as fast as the socket takes them, and progress that is none. */
static void flood(const struct work *work)
{
	const struct fault fault = {.code = FAULT_WORKER, .what = "flood"};
	g_autoptr(GByteArray) bytes = fault_encode(&fault, false);
	g_autoptr(GByteArray) many = g_byte_array_new();
	struct worker_status *status = work->status;

	for (int i = 0; i < 10000; i++)
		frame_append(many, ANSWER_FAULT, bytes->data, bytes->len);
	for (;; status->progress += WH_PROGRESS_STEP)
		send_bytes(many->data, many->len);
}

static void sleep_silently(const struct work *work)
{
	(void)work;
	sleep_for_good();
}

static void hold_a_frame(const struct work *work)
{
	const uint32_t head[] = {WH_MAX_FRAME, ANSWER_EVENT};

	(void)work;
	send_bytes(head, sizeof(head));
	sleep_for_good();
}

static void say_ready_again(const struct work *work)
{
	const struct sandbox_report report = {0xffffffff};

	(void)work;
	send_frame(FRAME_READY, &report, sizeof(report));
	sleep_for_good();
}

static void end_many_tasks(const struct work *work)
{
	(void)work;
	for (;;)
		say_nothing(work);
}

static void send_nonsense(const struct work *work)
{
	(void)work;
	for (int i = 0; i < 3; i++)
		send_frame(WH_FRAME_AT_ONCE + 0xff, "abc", 3);
	send_frame(0, NULL, 0);
	sleep_for_good();
}

/* Ends its task, and speaks for whatever it may be given next. */
static void speak_for_the_next(const struct work *work)
{
	say_nothing(work);
	poll(NULL, 0, 200);
	send_event(9, "next", NULL);
}

/* The memory of other workers would stand next to its own. */
static void write_to_neighbours(const struct work *work)
{
	size_t size = (sizeof(struct worker_status) + 4095) & ~(size_t)4095;
	unsigned reached = 0;

	for (long k = -8; k <= 8; k++) {
		/* The kernel refuses to read into memory that is not there. */
		if (k != 0 && pread(work->fd, (char *)work->status + k * (long)size, 1, 0) == 1)
			reached++;
	}
	if (reached)
		send_event(reached, "reached-a-neighbour", NULL);
	say_nothing(work);
}

static const struct {
	const char *name;
	void (*act)(const struct work *work);
} modes[] = {
	{"nothing", say_nothing},
	{"no-tally", say_no_tally},
	{"counts", count_too_much},
	{"events", forge_events},
	{"faults", forge_faults},
	{"ask", ask_for_good},
	{"flood", flood},
	{"sleep", sleep_silently},
	{"hold", hold_a_frame},
	{"ready", say_ready_again},
	{"ends", end_many_tasks},
	{"nonsense", send_nonsense},
	{"next", speak_for_the_next},
	{"neighbours", write_to_neighbours},
};

void __wrap_mapper_work(struct mapper *mapper, const struct work *work)
{
	static bool is_taken_over;
	g_autofree char *path = NULL;
	struct request request;
	const char *mode = g_getenv("COMPROMISED");

	memcpy(&request, work->request, sizeof(request));
	path = g_strndup((const char *)work->request + sizeof(request), request.path_length);
	is_taken_over |= mode && strstr(path, "hostile") != NULL;
	if (!is_taken_over) {
		__real_mapper_work(mapper, work);
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++)
		if (strcmp(modes[i].name, mode) == 0)
			modes[i].act(work);
	_exit(0);
}
