/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_FAULT_H
#define WH_BASE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/line_id.h"

/* What kind of thing went wrong: for programs, where the text is for people. */
enum fault_code {
	FAULT_DAMAGED, /* in no way that has a code of its own */
	FAULT_UNREADABLE, /* the system gave no bytes */
	FAULT_UNKNOWN_FORMAT,
	FAULT_EMPTY_LOG,
	FAULT_NO_LOG,
	FAULT_CONTAINER_UNREAD,
	FAULT_EXPORT_UNREAD,
	FAULT_VOLUME_MISSING,
	FAULT_HEADER_DAMAGED,
	FAULT_CHUNK_DAMAGED,
	FAULT_CHUNKS_MISSING,
	FAULT_RECORD_DAMAGED,
	FAULT_RECORDS_MISSING,
	FAULT_RECORD_HIDDEN,
	FAULT_LINE_DAMAGED,
	FAULT_LINES_UNTRUSTED,
	FAULT_TIME_ZONE,
	FAULT_FIELDS_MISSING,
	FAULT_REPOSITORY_DAMAGED,
	FAULT_REPOSITORY_INCOMPLETE,
	FAULT_ARCHIVE_DAMAGED,
	FAULT_ENCRYPTED,
	FAULT_UNSUPPORTED,
	FAULT_LINK,
	FAULT_ENTRY_NAME,
	FAULT_LIMIT,
	FAULT_WORKER,
	FAULT_GAVE_UP,
	FAULT_LEFT_OUT,
	FAULT_RULE_LEFT_OUT,
	FAULT_INTERRUPTED,
	FAULT_CODES
};

/* Faults of one code that share this are reported as one, with their number. */
enum fault_scope {
	FAULT_BY_PLACE, /* each is reported */
	FAULT_BY_FILE, /* path, entry and text */
	FAULT_BY_INPUT, /* path and text */
	FAULT_BY_FOLDER, /* folder of path and entry, and text */
};

struct fault_kind {
	const char *name; /* of the code, in output */
	enum fault_scope scope;
	bool recover_helps; /* --recover may find what is lost */
};

/* `code` is one of the enumeration. */
const struct fault_kind *fault_kind_get(enum fault_code code);

/* False for a name of no code. */
bool fault_code_parse(const char *name, enum fault_code *out);

/*
 * A fault (to users: a read error) is data about damaged input: filled once where it is seen,
 * handed to a sink, counted; the scan goes on. All strings are text (base/text.h), borrowed for
 * the call.
 */
struct fault {
	enum fault_code code;
	const char *what; /* one clause, lower case, no full stop */
	const char *path;
	const char *entry; /* inside an archive, or NULL */
	const char *via; /* of a fault that a line reports: the file, and " > " entry, of that line;
			    NULL for standard input, and for what was seen itself */
	uint64_t offset; /* bytes from the start of the (inflated) stream */
	bool has_offset;
	uint64_t need; /* bytes the reader needed and */
	uint64_t have; /* had; both 0 where that says nothing */
	uint64_t count; /* of the faults that this is the first of; 0 or 1: only itself */
};

/* Sets the id of the line of a fault: of the path, too, as what could not be read has no other
 * name. */
void fault_identify(const struct fault *fault, struct line_id *out);

/* Takes faults; `add` copies what it keeps of one. */
struct fault_sink {
	void (*add)(void *context, const struct fault *fault);
	void *context;
};

static inline void fault_report(const struct fault_sink *sink, const struct fault *fault)
{
	sink->add(sink->context, fault);
}

#endif
