/* SPDX-License-Identifier: Apache-2.0 */
#include "export/text_frame.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"

#define NAMESPACE "http://schemas.microsoft.com/win/2004/08/events/event"
#define MAX_LOST 64 /* searches for an end that is not there */
#define MAX_DEPTH 8 /* elements of that name inside each other */
#define SLICE 4096 /* bytes that are searched at a time */
#define LONGEST_START 512 /* of what a record is known by: a date and the line after, or a tag */

static bool begins_with(const char *text, size_t size, const char *with)
{
	return size >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

static bool is_event_tag(const char *text, size_t size)
{
	return size > 6 && begins_with(text, size, "<Event") &&
	       (text[6] == '>' || g_ascii_isspace(text[6]));
}

/* MM/DD/YYYY hh:mm:ss[.fff] AM, a line feed, LogName= */
static bool is_classic(const char *text, size_t size)
{
	const char *feed = memchr(text, '\n', MIN(size, 40));
	size_t length = feed ? (size_t)(feed - text) : 0;

	if (!feed || length < strlen("MM/DD/YYYY hh:mm:ss AM") || !g_ascii_isdigit(text[0]) ||
	    text[2] != '/' || text[5] != '/' || text[13] != ':')
		return false;
	return begins_with(feed + 1, size - length - 1, "LogName=");
}

enum text_record text_record_begins(const char *text, size_t size)
{
	if (is_event_tag(text, size))
		return TEXT_RECORD_XML;
	return is_classic(text, size) ? TEXT_RECORD_CLASSIC : TEXT_RECORD_NONE;
}

/* The next tag of an Event in the window, from `from` on; its size when there is none. Tags are so
 * many that each is looked at: a search for the name begins anew after all that begin as it does.
 */
static size_t find_tag(const char *text, size_t size, size_t from)
{
	while (from < size) {
		const char *found = memchr(text + from, '<', size - from);

		if (!found)
			break;
		from = (size_t)(found - text);
		if (is_event_tag(found, size - from) ||
		    (size - from <= 6 && memcmp(found, "<Event", size - from) == 0))
			return from;
		from++;
	}
	return size;
}

/* The next classic record that begins a line. */
static size_t find_classic(const char *text, size_t size, size_t from)
{
	while (from < size) {
		const char *found = memmem(text + from, size - from, "\nLogName=", 9), *line;

		if (!found)
			break;
		line = found;
		while (line > text && line[-1] != '\n')
			line--;
		if ((size_t)(line - text) >= from && is_classic(line, size - (size_t)(line - text)))
			return (size_t)(line - text);
		from = (size_t)(found - text) + 9;
	}
	return size;
}

/* The next record of either kind, slice by slice: the other kind may stand nowhere in a file. */
static size_t find_start(const struct text_source *source, size_t from)
{
	const char *text = text_source_at(source);
	size_t size = text_source_size(source);

	for (; from < size; from += SLICE) {
		size_t end = MIN(size, from + SLICE + LONGEST_START);
		size_t tag = find_tag(text, end, from), start = find_classic(text, tag, from);

		if (MIN(start, tag) < end)
			return MIN(start, tag);
	}
	return size;
}

/* At the begin of a record; false at the end. */
static bool seek(struct text_source *source)
{
	for (;;) {
		size_t size = text_source_size(source), start = find_start(source, 0);

		/* A beginning may be cut by the window's end. */
		if (start == size)
			start = size > LONGEST_START ? size - LONGEST_START : 0;
		if (size - start > LONGEST_START &&
		    text_record_begins(text_source_at(source) + start, size - start)) {
			text_source_skip(source, start);
			return true;
		}
		text_source_skip(source, start);
		if (!text_source_fill(source)) {
			size = text_source_size(source);
			start = find_start(source, 0);
			text_source_skip(source, start);
			return start < size &&
			       text_record_begins(text_source_at(source), size - start);
		}
	}
}

/* Another event of its own cannot stand in one: where it begins, this one was cut off. */
static bool is_other_event(const char *tag, size_t size)
{
	const char *end = memchr(tag, '>', size);

	return end && memmem(tag, (size_t)(end - tag), NAMESPACE, strlen(NAMESPACE));
}

bool text_frame_is_border(const char *text, size_t size)
{
	return is_event_tag(text, size) && is_other_event(text, MIN(size, LONGEST_START));
}

/* Where a search for the end of an element stands. */
struct element_search {
	size_t at;
	unsigned depth; /* elements of that name that are open */
	bool cut; /* another event begins there */
};

/* True when the search is over: the end is found where no other event begins, and no more elements
 * are open than can be. search->at is then after it. */
static bool search_end(struct element_search *search, const char *text, size_t size)
{
	const char *at = text + search->at, *end = text + size;

	while ((at = memchr(at, '<', (size_t)(end - at)))) {
		search->at = (size_t)(at - text);
		if (end - at < 8)
			return false;
		if (memcmp(at, "</Event>", 8) == 0) {
			search->at += 8;
			if (--search->depth == 0)
				return true;
		} else if (is_event_tag(at, (size_t)(end - at))) {
			/* Its attributes may be cut off by the window's end. */
			if (end - at < LONGEST_START && !memchr(at, '>', (size_t)(end - at)))
				return false;
			search->cut = is_other_event(at, (size_t)(end - at));
			if (search->cut || ++search->depth > MAX_DEPTH)
				return true;
		}
		at++;
	}
	search->at = size;
	return false;
}

/* False when the event has no end. */
static bool find_xml_end(struct text_frame *frame, struct text_source *source, size_t *size)
{
	struct element_search search = {.at = 6, .depth = 1};
	bool over;

	do
		over = search_end(&search, text_source_at(source), text_source_size(source));
	while (!over && text_source_fill(source));
	*size = search.at;
	if (over && !search.cut && search.depth == 0)
		return true;
	frame->problem = "an event that has no end";
	frame->problem_offset = source->offset;
	/* After what was cut off the next one stands; else it is looked for in the rest. */
	if (!search.cut)
		*size = ++frame->lost <= MAX_LOST ? 6 : text_source_size(source);
	text_source_skip(source, MIN(*size, text_source_size(source)));
	return false;
}

/* A message runs on until the next record. */
static void find_classic_end(struct text_source *source, size_t *size)
{
	size_t from = 1;

	for (;;) {
		*size = text_source_size(source);
		from = find_start(source, from);
		if (from < *size) {
			*size = from;
			return;
		}
		from = *size > LONGEST_START ? *size - LONGEST_START : 1;
		if (!text_source_fill(source))
			return;
	}
}

enum text_record text_frame_next(struct text_frame *frame, struct text_source *source, size_t *size)
{
	frame->problem = NULL;
	while (seek(source)) {
		enum text_record record =
			text_record_begins(text_source_at(source), text_source_size(source));

		if (record == TEXT_RECORD_CLASSIC) {
			find_classic_end(source, size);
			return record;
		}
		if (find_xml_end(frame, source, size))
			return record;
	}
	return TEXT_RECORD_NONE;
}
