/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_JSON_READER_H
#define WH_BASE_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * Reads one JSON text (RFC 8259) from its begin to its end, in one pass and without a tree: the
 * caller asks for what it knows and skips the rest, which must be JSON too.
 * Every function returns false once something is wrong, and `problem` then says what.
 */
struct json_reader {
	const char *at;
	const char *end;
	const char *problem; /* a literal; NULL while all is well */
	struct arena *arena; /* gets texts; borrowed */
	unsigned depth; /* of objects and arrays that are open */
};

enum json_kind {
	JSON_KIND_NONE, /* no value begins here */
	JSON_KIND_OBJECT,
	JSON_KIND_ARRAY,
	JSON_KIND_TEXT,
	JSON_KIND_NUMBER,
	JSON_KIND_TRUE,
	JSON_KIND_FALSE,
	JSON_KIND_NULL,
};

/* Borrows the text for as long as the reader is used. */
void json_reader_init(struct json_reader *reader, const char *text, size_t length,
		      struct arena *arena);

/* Of the value that comes next, by its first byte. */
enum json_kind json_peek(struct json_reader *reader);

/*
 * After json_open() of an object or array: moves to its next member or element. False at its end,
 * which is then passed, too. A key is valid until the next call, and not NUL-terminated.
 */
bool json_open(struct json_reader *reader);
bool json_next_member(struct json_reader *reader, const char **key, size_t *length);
bool json_next_element(struct json_reader *reader);

/* Reads a text as base/text.h has it, NUL-terminated, into the arena. */
bool json_read_text(struct json_reader *reader, const char **out);

/* Reads a number, or passes a value of any kind. A number that is not whole, is negative or does
 * not fit into 64 bits sets *is_exact to false and leaves *out alone. */
bool json_read_uint(struct json_reader *reader, uint64_t *out, bool *is_exact);
bool json_skip(struct json_reader *reader);

/*
 * Read what base/json.h writes of a whole number, which may be a text of its digits, and of a flag:
 * `size` is 4 or 8, of the uint32_t or uint64_t at `out`. NULL, or what the value is not; it is
 * passed then, the number is left alone, and the flag is false. A value that is no JSON is the
 * reader's problem, too.
 */
const char *json_read_whole(struct json_reader *reader, size_t size, void *out);
const char *json_read_flag(struct json_reader *reader, bool *out);

/* Reads a number as it is written, NUL-terminated, into the arena. */
bool json_read_number(struct json_reader *reader, const char **out);

/* True when nothing but blanks follows. */
bool json_at_end(struct json_reader *reader);

#endif
