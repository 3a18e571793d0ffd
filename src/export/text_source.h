/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_TEXT_SOURCE_H
#define WH_EXPORT_TEXT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/stream.h"

/*
 * The text of a file, of which a window is in memory: UTF-8 as it stands there, or made UTF-8 of
 * UTF-16. A byte order mark is no part of it.
 */
struct text_source {
	struct reader *reader; /* NULL: what is in the buffer is all */
	enum { TEXT_NARROW, TEXT_WIDE_LE, TEXT_WIDE_BE } width;
	char *data;
	size_t start; /* of what is not yet consumed, in data */
	size_t end;
	size_t capacity;
	uint64_t offset; /* of data[start], in bytes of the text */
	uint64_t line; /* offset of the last line that was seen to begin, as far as what was
			  consumed at once ended the one before */
	bool ended;
};

/* Reads on from where the reader stands (borrowed). */
void text_source_init(struct text_source *source, struct reader *reader);

/* Reads on from inside of a file of UTF-8, which has its byte order mark behind it. */
void text_source_init_inside(struct text_source *source, struct reader *reader);

/* A source of the first bytes of a file, which are copied. */
void text_source_init_head(struct text_source *source, const uint8_t *data, size_t size);
void text_source_release(struct text_source *source);

/* Reads more. False at the end, and when the window is as large as the longest record may be. */
bool text_source_fill(struct text_source *source);

/* The window. */
static inline const char *text_source_at(const struct text_source *source)
{
	return source->data + source->start;
}

static inline size_t text_source_size(const struct text_source *source)
{
	return source->end - source->start;
}

/* Consumes what is at most the window. */
void text_source_skip(struct text_source *source, size_t size);

/* Where the reader stands once the window is consumed, as near as can be said. */
uint64_t text_source_place(const struct text_source *source);

#endif
