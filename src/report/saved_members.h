/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_SAVED_MEMBERS_H
#define WH_REPORT_SAVED_MEMBERS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json_reader.h"

/*
 * Reads JSON objects into structs, as tables of their members say. What is read was written by
 * nobody knows whom: a value of another type than the table has, a member that stands twice, one
 * that must be there and is not, are problems; members that no table has are passed over.
 */
struct saved_reader {
	struct json_reader json;
	struct arena arena; /* gets all that is read */
	GPtrArray *lists; /* GPtrArray: those that were made for what was read */
	GPtrArray *arrays; /* GArray: so */
	char *problem; /* the first in what is valid JSON */
};

enum saved_kind {
	SAVED_IGNORED, /* known, and made again from the rest */
	SAVED_TEXT, /* const char * */
	SAVED_TIME, /* uint64_t, a FILETIME */
	SAVED_UINT64,
	SAVED_UINT32,
	SAVED_FLAG, /* bool */
	SAVED_WORD, /* unsigned or an enumeration: the index of one of `word` */
	SAVED_BITS, /* unsigned: a list of such words, a bit each */
	SAVED_TEXTS, /* GPtrArray *, of texts that are not empty */
	SAVED_PART, /* a struct that lies in this one, of `members` */
	SAVED_OBJECT, /* a pointer to a new one, of `size` bytes and `members` */
	SAVED_OBJECTS, /* GPtrArray *, of such */
	SAVED_CALL, /* whatever `call` reads, which must pass it */
};

struct saved_member {
	const char *name;
	enum saved_kind kind;
	size_t at; /* where it goes in the struct */
	size_t has_at; /* of the bool that says that it is there; 0: none */
	bool needed; /* it must be there, and be no empty text */
	const char *(*word)(unsigned index); /* NULL past the last */
	size_t size;
	const struct saved_member *members; /* a NULL name ends */
	void (*call)(struct saved_reader *reader, const char *name, void *place);
};

/* Rows of a new object, and of a list of such, of one type. */
#define SAVED_NEW(key, place, type, table)                                                         \
	{                                                                                          \
		.name = key, .kind = SAVED_OBJECT, .at = place, .size = sizeof(type),              \
		.members = table                                                                   \
	}
#define SAVED_LIST(key, place, must, type, table)                                                  \
	{                                                                                          \
		.name = key, .kind = SAVED_OBJECTS, .at = place, .needed = must,                   \
		.size = sizeof(type), .members = table                                             \
	}

void saved_reader_init(struct saved_reader *reader);
void saved_reader_release(struct saved_reader *reader);

/* Takes back all that was read, and begins with a text. */
void saved_reader_begin(struct saved_reader *reader, const char *text, size_t length);

/* Cleared memory, and an empty list (of what the reader has), until the next text is begun. */
void *saved_reader_alloc(struct saved_reader *reader, size_t size);
GPtrArray *saved_reader_list(struct saved_reader *reader);

/* Notes a problem: "NAME WHAT". */
void saved_reader_fail(struct saved_reader *reader, const char *name, const char *what);

/* Reads the object that comes next into `object`, as the table says. Without one, a problem. */
void saved_read_object(struct saved_reader *reader, const char *name,
		       const struct saved_member *members, void *object);

/* True when a value of that kind comes next; else it is passed over, and a problem unless null. */
bool saved_reader_expect(struct saved_reader *reader, const char *name, enum json_kind kind,
			 const char *what);

/* The text that comes next; NULL when there is none, which is a problem unless it is null. */
const char *saved_read_text(struct saved_reader *reader, const char *name);

/* Reads a time; false when there is none, a problem unless it is null. */
bool saved_read_time(struct saved_reader *reader, const char *name, uint64_t *out);

#endif
