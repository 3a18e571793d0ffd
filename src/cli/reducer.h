/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_REDUCER_H
#define WH_CLI_REDUCER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "cli/output.h"
#include "event/event.h"
#include "evtx/log_facts.h"
#include "repository/wmi_object.h"
#include "run/sandbox.h"
#include "run/signals.h"

/*
 * The process in which a command joins, judges and prints. It has the rules and the open output and
 * none of the user's other rights, as what it works on was written by attackers. The parent sends
 * it events, and hears of read errors, notes, counts, and how it ends; it never waits for it but
 * where signals are heeded.
 */
struct reducer;

/* The new process's side. */
struct reducer_link;

/* What the parent does with what it hears; texts are borrowed for the call. */
struct reducer_calls {
	const struct fault_sink *faults;
	void (*note)(void *context, const char *message);
	void (*count)(void *context, const char *name, uint64_t count);
	void *context;
};

/* What the new process does. */
struct reducer_work {
	/* What is only possible before it is shut in, when there will be something to do; NULL:
	 * nothing. */
	void (*prepare)(void *context);
	/* All of its work. Returns whether something was found; *failed when it was kept from its
	 * work. */
	bool (*run)(void *context, struct reducer_link *link, bool *failed);
	/* Takes a read error that the parent adds. */
	void (*take_fault)(void *context, const struct fault *fault);
	/* Ends what waited for the last read error; before the last flush(). */
	void (*end)(void *context);
	/* Writes a line that the parent adds. */
	void (*write_line)(void *context, const char *line, size_t length);
	/* Writes what is held back: when events come slowly, and at the end. Returns the errno of
	 * the first write that failed, or 0. */
	int (*flush)(void *context);
	void *context;
	int output; /* what it may write to, as PROCESS_OUTPUT */
	const GArray *more; /* int: and what else, as those after that */
	enum sandbox_choice sandbox;
	bool keep_duplicates; /* copies of an event are taken each */
};

/* Forks; borrows all. NULL, with errno, when that fails. */
struct reducer *reducer_new(const struct reducer_work *work, const struct reducer_calls *calls,
			    const struct signals *signals);
void reducer_free(struct reducer *reducer);

/* Sends a packed event that was read from the input of that path. False when the process takes no
 * more. */
bool reducer_take(struct reducer *reducer, const char *path, const uint8_t *event, size_t size);

/* Sends a packed object, in the same way. */
bool reducer_take_object(struct reducer *reducer, const char *path, const uint8_t *object,
			 size_t size);
/* Sends what a log of that input held, as ANSWER_LOG of map/protocol.h; the same. */
bool reducer_take_log(struct reducer *reducer, const char *path, const uint8_t *log, size_t size);

/* Sends a line for the output, its line feed included. */
void reducer_add_line(struct reducer *reducer, const char *line, size_t length);

/* Sends a read error, for reports. */
void reducer_add_fault(struct reducer *reducer, const struct fault *fault);

/* False while so much waits to be sent that no more should be added. */
bool reducer_may_take(const struct reducer *reducer);

/* For poll(): what is waited for, and what is done when it has come. polled() returns false when
 * the process takes no more events. */
unsigned reducer_get_descriptors(struct reducer *reducer, struct pollfd *fds);
bool reducer_polled(struct reducer *reducer, const struct pollfd *fds);

/* Waits until the process takes no more, or is gone; false when a signal says to end before. */
bool reducer_wait(struct reducer *reducer);

/* How the process ended its work. */
struct reducer_end {
	bool found;
	bool failed;
	int error; /* errno of a write that failed, or 0 */
	char *problem; /* why it did not end by itself, for a person; NULL: it did */
};

/*
 * Says that there are no more events, and waits until the process has printed. A signal does not
 * end it before, unless the output has begun and stands still. It still takes lines, until
 * reducer_close() says that there are none, waits for them to be written, and fills *end. The
 * caller frees end->problem.
 */
uint64_t reducer_finish(struct reducer *reducer);
void reducer_close(struct reducer *reducer, struct reducer_end *end);

/* Who takes what is read, borrowed for the call; each returns false to stop. NULL: nobody. */
struct reducer_takers {
	bool (*take)(void *context, const struct event *event);
	bool (*take_object)(void *context, const struct wmi_object *object);
	bool (*take_log)(void *context, const struct log_facts *facts);
	void *context;
};

/* For the new process: reads until there is no more, or it is stopped. */
void reducer_link_read(struct reducer_link *link, const struct reducer_takers *takers);

/* For a process that reads its inputs itself: waits until `fd` can be read. False once the parent
 * says that there is no more to do. */
bool reducer_link_wait(struct reducer_link *link, int fd);

/* Says to the parent that it takes no more. */
void reducer_link_stop(struct reducer_link *link);

/* Says something to the parent. */
void reducer_link_fault(struct reducer_link *link, const struct fault *fault);
void reducer_link_note(struct reducer_link *link, const char *message);
void reducer_link_count(struct reducer_link *link, const char *name, uint64_t count);

/* Where the process says how far its output is, for the parent to see. */
struct output_progress *reducer_link_get_progress(struct reducer_link *link);

#endif
