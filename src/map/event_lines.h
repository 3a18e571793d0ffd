/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_EVENT_LINES_H
#define WH_MAP_EVENT_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "event/event.h"
#include "input/stream.h"
#include "map/run_lines.h"
#include "repository/wmi_object.h"

/* Each of these lines may be keyed (map/line_key.h). */

/* True when `data` begins with the line of an event, an object or a log, or with what opens the
 * lines of a run. */
bool event_lines_begin(const uint8_t *data, size_t size);

/* True when `data` begins like some JSON object, whitespace and a byte order mark apart. */
bool event_lines_may_begin(const uint8_t *data, size_t size);

/* How the file is cited that the stream reads lines from; NULL for standard input itself. The
 * caller frees it. */
char *event_lines_cite(const struct stream *stream);

/* Who is called; those of lines return false to stop. */
struct line_calls {
	/* NULL: such lines are passed over. */
	bool (*take)(void *context, const struct event *event);
	bool (*take_object)(void *context, const struct wmi_object *object);
	/* Before each line is read, and with size 0 after. */
	void (*at_line)(void *context, uint64_t offset, size_t size);
};

/*
 * Reads event lines and object lines to the end of the stream. A line of neither kind is a fault;
 * its offset counts bytes to the line's start. What lines of the run that wrote them say is
 * added to `run`, whose `via` becomes that of events, objects and read errors. Returns the number
 * of lines.
 */
uint64_t event_lines_read(struct reader *reader, const struct fault_sink *faults,
			  const struct line_calls *calls, void *context, struct run_lines *run);

#endif
