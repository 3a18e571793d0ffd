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

static void note_problem(struct json_frame *frame, const struct text_source *source,
			 const char *problem)
{
	frame->problem = problem;
	frame->problem_offset = source->offset;
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

/* After the list, what else the objects around it hold. */
static void skip_tail(struct json_frame *frame, struct text_source *source)
{
	struct brace_search search = {.depth = frame->list_depth};

	frame->list_depth = 0;
	frame->layout = JSON_UNSURE;
	do {
		bool ended =
			search_braces(&search, text_source_at(source), text_source_size(source));

		text_source_skip(source, search.at);
		search.at = 0;
		if (ended)
			return;
	} while (text_source_fill(source));
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
		note_problem(frame, source, "a line that is no JSON object");
	else if (brace && (size_t)(brace - at) < length)
		length = (size_t)(brace - at);
	if (frame->layout == JSON_BRACES && !is_record)
		note_problem(frame, source, "text that is no JSON object");
	text_source_skip(source, length);
}

/* True for what stands around objects and says nothing. */
static bool skip_mark(struct json_frame *frame, struct text_source *source)
{
	char c = *text_source_at(source);

	if (!c || !strchr(" \t\r\n,[]", c))
		return false;
	text_source_skip(source, 1);
	if (c == ']' && frame->list_depth > 0)
		skip_tail(frame, source);
	return true;
}

/* At the brace that begins an object; false at the end. */
static bool find_object(struct json_frame *frame, struct text_source *source)
{
	for (;;) {
		if (text_source_size(source) < WH_CHUNK_SIZE && !text_source_fill(source) &&
		    text_source_size(source) == 0)
			return false;
		while (text_source_size(source) > 0 && skip_mark(frame, source))
			;
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

/* After the first line of an object that goes on, a name, a value or an end must stand. */
static void find_layout(struct json_frame *frame, struct text_source *source)
{
	const char *text;
	size_t feed;
	char next;

	frame->layout = JSON_BRACES;
	/* The last of a list shares its line with what ends it. */
	if (frame->list_depth > 0 || !find(source, 0, '\n', &feed))
		return;
	next = first_after(source, feed + 1);
	text = text_source_at(source);
	while (feed > 0 && g_ascii_isspace(text[feed]))
		feed--;
	if (next == ',' ? text[feed] == '}' : next && !strchr("\"}][", next))
		frame->layout = JSON_LINES;
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
 * none at its begin. *list_depth: how many objects are open there. */
static size_t find_list(const char *text, size_t size, unsigned *list_depth)
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
			if (depth > 2 || at == size || text[at] != '{')
				continue;
			*list_depth = depth;
			return name && names_list(name, length) ? at : 0;
		} else if (c == '{') {
			if (++depth > 3)
				return 0;
		} else if (c == '}' && --depth == 0) {
			return 0;
		}
	}
	return 0;
}

#define LONGEST_NAME 64

/* The next object that has the same first name; NULL: there is none. */
static const char *find_same(const char *at, size_t size)
{
	const char *colon = memchr(at, ':', MIN(size, LONGEST_NAME));

	return colon ? memmem(at + 1, size - 1, at, (size_t)(colon - at)) : NULL;
}

/* After what has no end: to the next line on which an object begins as far in, or to the next that
 * begins alike. */
static void skip_lost(struct json_frame *frame, struct text_source *source)
{
	const char *at = text_source_at(source), *next;
	size_t size = text_source_size(source);

	next = ++frame->lost <= MAX_LOST ? memmem(at + 1, size - 1, "\n{", 2) : NULL;
	if (!next && frame->lost <= MAX_LOST)
		next = find_same(at, size);
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
	/* Of a file's head the last is cut off, which its reader finds out. */
	if (!source->reader) {
		*size = text_source_size(source);
		return true;
	}
	note_problem(frame, source,
		     source->ended ? "an object that has no end"
				   : "an object that is longer than an event can be");
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
	note_problem(frame, source, "a line that is longer than an event can be");
	skip_line(source);
	return false;
}

/* Goes into the list that an object is there for, if it is such a one. */
static bool enter_list(struct json_frame *frame, struct text_source *source)
{
	size_t head = MIN(text_source_size(source), LIST_HEAD), at;
	unsigned depth;

	if (frame->list_depth > 0)
		return false;
	at = find_list(text_source_at(source), head, &depth);
	if (at == 0)
		return false;
	frame->list_depth = depth;
	frame->layout = JSON_UNSURE;
	text_source_skip(source, at);
	return true;
}

bool json_frame_next(struct json_frame *frame, struct text_source *source, size_t *size)
{
	frame->problem = NULL;
	while (find_object(frame, source)) {
		if (frame->layout != JSON_LINES && enter_list(frame, source))
			continue;
		if (frame->layout == JSON_UNSURE)
			find_layout(frame, source);
		if (frame->layout == JSON_LINES ? find_line(frame, source, size)
						: find_end(frame, source, size))
			return true;
	}
	return false;
}
