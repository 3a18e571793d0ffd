/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_CHUNK_WRITER_H
#define WH_TESTS_CHUNK_WRITER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "evtx/binxml.h"
#include "evtx/chunk.h"

/* A chunk that is written token by token. */
struct writer {
	GByteArray *chunk;
	GArray *records; /* struct record */
	size_t record; /* start of the open record */
	size_t definition; /* of the open template definition, or 0 */
};

struct writer *writer_new(void); /* whose chunk has no records yet */
void writer_free(struct writer *to);

/* Bytes as they are. */
void put(struct writer *to, const void *data, size_t size);
void put_u8(struct writer *to, unsigned value);
void put_u16(struct writer *to, size_t value);
void put_u32(struct writer *to, size_t value);
void put_ascii(struct writer *to, const char *text);

/* Tokens. Names always stand in place; elements of a definition depend on nothing but by
 * open_for(). What open_tag() began waits for attributes, then BINXML_CLOSE_START or _EMPTY. */
void put_name(struct writer *to, const char *name);
void open_for(struct writer *to, const char *name, bool attributes, unsigned dependency);
void open_element(struct writer *to, const char *name);
void open_tag(struct writer *to, const char *name);
void close_element(struct writer *to);
void put_attribute(struct writer *to, const char *name);
void put_text(struct writer *to, const char *text);
void put_substitution(struct writer *to, unsigned index, uint8_t type);
void put_optional(struct writer *to, unsigned index, uint8_t type);
void put_entity(struct writer *to, const char *name);
void put_fragment_header(struct writer *to);

/* A template definition; returns its offset. */
size_t begin_definition(struct writer *to);
void end_definition(struct writer *to);

/* A value of an instance; the macro does not count the end sign of the literal. */
struct value {
	uint8_t type;
	const char *data;
	size_t size;
};

#define VALUE(type, literal)                                                                       \
	{                                                                                          \
		type, literal, sizeof(literal) - 1                                                 \
	}
#define ABSENT                                                                                     \
	{                                                                                          \
		BINXML_TYPE_NULL, "", 0                                                            \
	}

void put_instance(struct writer *to, size_t definition, const struct value *values, size_t count);

/* A record; without its end of stream, or whole: one instance. */
void begin_record(struct writer *to);
void end_record_here(struct writer *to);
void end_record(struct writer *to);
void put_record(struct writer *to, size_t definition, const struct value *values, size_t count);

#define RECORD(to, definition, values) put_record(to, definition, values, G_N_ELEMENTS(values))

/* System (provider P, event 7); Event with it, and EventData. */
void put_plain_system(struct writer *to);
void open_event(struct writer *to);
void open_data(struct writer *to);
void close_data(struct writer *to);
/* A definition of them with <Item>, whose content is substitution 0. */
size_t define_item(struct writer *to, uint8_t type);

#endif
