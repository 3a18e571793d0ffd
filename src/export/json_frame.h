/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_JSON_FRAME_H
#define WH_EXPORT_JSON_FRAME_H

#include "export/text_source.h"

/*
 * Finds where objects of a stream of JSON begin and end: one to a line, one after another, in a
 * list, in the list that is a member of one large object. Nothing of them is held but the one at
 * hand.
 */
struct json_frame {
	enum { JSON_UNSURE, JSON_LINES, JSON_BRACES } layout;
	unsigned list_depth; /* objects that are open around the list that is read; 0: none */
	unsigned lost; /* objects without an end, which cost a search to the end */
	const char *problem; /* of what was passed over on the way, or NULL */
	uint64_t problem_offset; /* in the text */
};

/* Moves the source to the next object. Its text is the first *size bytes of the window; in lines
 * there may be more objects than one, and the last may be broken. False at the end, where `problem`
 * may be set too. */
bool json_frame_next(struct json_frame *frame, struct text_source *source, size_t *size);

#endif
