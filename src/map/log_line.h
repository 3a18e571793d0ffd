/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_LOG_LINE_H
#define WH_MAP_LOG_LINE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "evtx/log_facts.h"

/* The line of kind "log": what a log held, for who joins. So it goes between processes, too. */

/* Appends the line and its line feed. `is_own`: without its path, which is that of the input, as
 * whoever reads the line knows. */
void log_line_append(const struct log_facts *facts, bool is_own, GString *out);

/* A line that was read. */
struct log_line {
	struct log_facts facts;
	void *root; /* what its texts are borrowed from */
};

/* False for a text that is no such line. The caller releases what was read. */
bool log_line_read(struct log_line *line, const char *text, size_t length);
void log_line_release(struct log_line *line);

#endif
