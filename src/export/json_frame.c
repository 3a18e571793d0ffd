/* SPDX-License-Identifier: Apache-2.0 */
#include "export/json_frame.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"

#define MAX_LOST 64 /* searches for an end that is not there */
#define LIST_HEAD 8192 /* bytes in which a large object's list begins */

/* Offset of the first `c` in the window from `from` on, which is filled up to it; false when there
 * is none. */
static bool find(struct text_source *source, size_t from, char c, size_t *out)
{
	do {
		size_t size = text_source_size(source);
		const char *found =
			from < size ? memchr(text_source_at(source) + from, c, size - from) : NULL;

		if (found) {
			*out = (size_t)(found - text_source_at(source));
			return true;
		}
		from = size;
	} while (text_source_fill(source));
	return false;
}

/* Passes the rest of a line that is too long to be held. */
static void skip_line(struct text_source *source)
{
	size_t feed;

	while (!find(source, 0, '\n', &feed)) {
		text_source_skip(source, text_source_size(source));
		if (source->ended)
			return;
	}
	text_source_skip(source, feed + 1);
}

/* What stands between objects. evtx_dump numbers them. */
static void skip_between(struct json_frame *frame, struct text_source *source)
{
	size_t size = text_source_size(source), length;
	const char *at = text_source_at(source), *feed = memchr(at, '\n', size);
	const char *brace = memchr(at, '{', size);
	bool is_record = size >= 7 && memcmp(at, "Record ", 7) == 0;

	length = feed ? (size_t)(feed - at) + 1 : size;
	if (frame->layout == JSON_LINES && !is_record)
		frame->problem = "a line that is no JSON object";
	else if (brace && (size_t)(brace - at) < length)
		length = (size_t)(brace - at);
	text_source_skip(source, length);
}

/* At the brace that begins an object; false at the end. */
static bool find_object(struct json_frame *frame, struct text_source *source)
{
	for (;;) {
		if (text_source_size(source) < WH_CHUNK_SIZE && !text_source_fill(source) &&
		    text_source_size(source) == 0)
			return false;
		while (text_source_size(source) > 0 &&
		       strchr(" \t\r\n,[]", *text_source_at(source)) && *text_source_at(source))
			text_source_skip(source, 1);
		if (text_source_size(source) == 0)
			continue;
		if (*text_source_at(source) == '{')
			return true;
		skip_between(frame, source);
	}
}

static char first_after(struct text_source *source, size_t from)
{
	for (;; from++) {
		while (from >= text_source_size(source))
			if (!text_source_fill(source))
				return '\0';
		if (!g_ascii_isspace(text_source_at(source)[from]))
			return text_source_at(source)[from];
	}
}

/* No object can begin right after the first line of another's: what stands there is a name. */
static void find_layout(struct json_frame *frame, struct text_source *source)
{
	size_t feed;
	char next;

	frame->layout = JSON_BRACES;
	if (!find(source, 0, '\n', &feed))
		return;
	next = first_after(source, feed + 1);
	if (next == '{')
		frame->layout = JSON_LINES;
	else if (next == ',' || next == '[')
		frame->layout = next == ',' && text_source_at(source)[0] == '{' &&
						text_source_at(source)[feed - 1] == '}'
					? JSON_LINES
					: JSON_BRACES;
}

/* Where a search for the end of an object stands. */
struct brace_search {
	size_t at;
	unsigned depth;
	bool in_text;
};

/* True when the end is found: search->at is then after it. */
static bool search_braces(struct brace_search *search, const char *text, size_t size)
{
	size_t at = search->at;

	while (at < size) {
		char c = text[at++];

		if (search->in_text) {
			if (c == '\\' && at < size)
				at++;
			else if (c == '\\') {
				/* What it escapes comes with the next bytes. */
				at--;
				break;
			} else
				search->in_text = c != '"';
		} else if (c == '"') {
			search->in_text = true;
		} else if (c == '{') {
			search->depth++;
		} else if (c == '}' && --search->depth == 0) {
			search->at = at;
			return true;
		}
	}
	search->at = at;
	return false;
}

/* Members that hold a list of events in what search engines answer. */
static bool names_list(const char *name, size_t length)
{
	static const char *const names[] = {"hits",   "results", "Results", "value",
					    "events", "Events",	 "records", "Records"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
			return true;
	return false;
}

/* The first object of a list that is a member of this object, or of a member of it; 0: there is
 * none at its begin. */
static size_t find_list(const char *text, size_t size)
{
	const char *name = NULL;
	size_t length = 0, at = 0;
	unsigned depth = 0;

	while (at < size) {
		char c = text[at++];

		if (c == '"') {
			name = text + at;
			while (at < size && text[at] != '"')
				at += text[at] == '\\' ? 2 : 1;
			length = at < size ? (size_t)(text + at - name) : 0;
			at++;
		} else if (c == '[') {
			while (at < size && g_ascii_isspace(text[at]))
				at++;
			if (depth <= 2 && at < size && text[at] == '{' && name &&
			    names_list(name, length))
				return at;
			if (depth <= 2 && at < size && text[at] == '{')
				return 0;
		} else if (c == '{') {
			if (++depth > 3)
				return 0;
		} else if (c == '}' && --depth == 0) {
			return 0;
		}
	}
	return 0;
}

/* After what has no end: to the next line on which an object begins as far in. */
static void skip_lost(struct json_frame *frame, struct text_source *source)
{
	const char *at = text_source_at(source), *next;
	size_t size = text_source_size(source);

	next = ++frame->lost <= MAX_LOST ? memmem(at + 1, size - 1, "\n{", 2) : NULL;
	text_source_skip(source, next ? (size_t)(next - at) : size);
}

/* False when the object has no end. */
static bool find_end(struct json_frame *frame, struct text_source *source, size_t *size)
{
	struct brace_search search = {0};

	do {
		if (search_braces(&search, text_source_at(source), text_source_size(source))) {
			*size = search.at;
			return true;
		}
	} while (text_source_fill(source));
	frame->problem = source->ended ? "an object that has no end"
				       : "an object that is longer than an event can be";
	skip_lost(frame, source);
	return false;
}

static bool find_line(struct json_frame *frame, struct text_source *source, size_t *size)
{
	if (find(source, 0, '\n', size)) {
		(*size)++;
		return true;
	}
	*size = text_source_size(source);
	if (source->ended)
		return true;
	frame->problem = "a line that is longer than an event can be";
	skip_line(source);
	return false;
}

bool json_frame_next(struct json_frame *frame, struct text_source *source, size_t *size)
{
	frame->problem = NULL;
	while (find_object(frame, source)) {
		size_t list;

		if (frame->layout == JSON_UNSURE)
			find_layout(frame, source);
		if (frame->layout == JSON_LINES) {
			if (find_line(frame, source, size))
				return true;
			continue;
		}
		list = find_list(text_source_at(source), MIN(text_source_size(source), LIST_HEAD));
		if (list)
			text_source_skip(source, list);
		else if (find_end(frame, source, size))
			return true;
	}
	return false;
}
