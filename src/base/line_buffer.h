/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_LINE_BUFFER_H
#define WH_BASE_LINE_BUFFER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* A line of text that comes in pieces, of a bounded length. */
struct line_buffer {
	GString *text;
	size_t most; /* bytes that it may have */
	bool overlong; /* it has more, and is empty */
};

void line_buffer_init(struct line_buffer *line, size_t most);
void line_buffer_release(struct line_buffer *line);

/* Begins the next line. */
void line_buffer_clear(struct line_buffer *line);

/* Adds a piece. False once for a line: when this makes it too long. */
bool line_buffer_add(struct line_buffer *line, const char *data, size_t size);

/* The line, NUL-terminated, without a byte order mark; NULL for one of blanks and one that is too
 * long. Borrowed until the line is changed. */
const char *line_buffer_get(const struct line_buffer *line, size_t *length);

#endif
