/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_RUN_WORKER_H
#define WH_RUN_WORKER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "run/outbox.h"
#include "run/process.h"
#include "run/sandbox.h"

/* The way back to the parent; answers wait in memory until they are sent. */
struct answers;

/* Adds an answer (copied), of a type that the stages chose, from WH_FRAME_ORDERED on. One of a type
 * from WH_FRAME_AT_ONCE on is sent. All three end the process when the parent is gone. */
void answers_add(struct answers *answers, uint32_t type, const void *data, size_t size);

/* What was added by now reaches the parent, also if this process dies next; it is sent with more
 * that may come soon. */
void answers_keep(struct answers *answers);

/* Sends what waits. */
void answers_send(struct answers *answers);

/* Sends what waits and a question, of a type from WH_FRAME_AT_ONCE on, and waits for the reply,
 * which the caller unrefs. Ends the process when the parent is gone. */
GBytes *answers_ask(struct answers *answers, uint32_t type, const void *data, size_t size);

/* Frames of these types reach the parent's stage in the order of tasks, and at once. */
#define WH_FRAME_ORDERED 0x100u
#define WH_FRAME_AT_ONCE 0x200u

/* Frames of the pool itself. */
enum { FRAME_TASK = 1, FRAME_REPLY, FRAME_READY, FRAME_DONE };

/* One task as a worker gets it; all is borrowed for the call. */
struct work {
	int fd; /* closed by the worker loop; -1: none */
	const int *fds; /* all that came along, that one first */
	unsigned fd_count;
	const uint8_t *request;
	size_t request_size;
	void *status; /* memory that the parent can read when the worker died */
	struct answers *answers;
	GByteArray *result; /* what it fills with what it says at the end */
};

/* The worker's half: what a forked process does. */
struct worker_stage {
	/* After the fork: makes what the worker's tasks share. */
	void *(*begin)(void *context);
	/* Does one task. */
	void (*work)(void *shared, const struct work *work);
	void *context;
	size_t status_size;
	enum sandbox_choice sandbox;
	struct sandbox_limits limits;
};

/* Forks a worker that serves tasks until the socket is closed, and writes where it is into
 * `status`, memory of stage->status_size bytes that both share, as they do the outbox. The caller
 * ends it with process_end(). False with errno. */
bool worker_spawn(const struct worker_stage *stage, void *status, struct outbox *outbox,
		  struct process *out);

#endif
