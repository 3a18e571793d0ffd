/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_TEXT_FRAME_H
#define WH_EXPORT_TEXT_FRAME_H

#include "export/text_source.h"

enum text_record {
	TEXT_RECORD_NONE,
	TEXT_RECORD_XML, /* an Event element */
	TEXT_RECORD_CLASSIC, /* Splunk's: a date, and lines of Key=Value up to a message */
};

/* What begins there, which is a place after white space or the begin of a line. */
enum text_record text_record_begins(const char *text, size_t size);

/* Does an Event element begin there that can stand in no other, whatever stands before it? */
bool text_frame_is_border(const char *text, size_t size);

struct text_frame {
	unsigned lost; /* events without an end, which cost a search to the end */
	const char *problem; /* of what was passed over on the way, or NULL */
	uint64_t problem_offset; /* in the text */
};

/*
 * Moves the source to the next record; what it is, and the size of its text at the window's start.
 * A file may hold both kinds. TEXT_RECORD_NONE at the end, where `problem` may be set too.
 */
enum text_record text_frame_next(struct text_frame *frame, struct text_source *source,
				 size_t *size);

#endif
