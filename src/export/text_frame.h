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

/*
 * Moves the source to the next record; what it is, and the size of its text at the window's start.
 * A file may hold both kinds. TEXT_RECORD_NONE at the end. *problem is what was passed over on the
 * way because it has no end, or NULL.
 */
enum text_record text_frame_next(struct text_source *source, size_t *size, const char **problem);

#endif
