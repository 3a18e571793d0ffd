/* SPDX-License-Identifier: Apache-2.0 */
#include "export/text_frame.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"

#define NAMESPACE "http://schemas.microsoft.com/win/2004/08/events/event"
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

/* The next tag of an Event in the window, from `from` on; its size when there is none. */
static size_t find_tag(const char *text, size_t size, size_t from)
{
	while (from < size) {
		const char *found = memmem(text + from, size - from, "<Event", 6);

		if (!found)
			break;
		from = (size_t)(found - text);
		if (size - from <= 6 || is_event_tag(found, size - from))
			return from;
		from += 6;
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
		size_t start = MIN(find_tag(text, end, from), find_classic(text, end, from));

		if (start < end)
			return start;
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

/* Looks for the end of the element in the window; 0: there is none yet. *cut: it is where another
 * begins instead. */
static size_t find_element_end(const char *text, size_t size, bool *cut)
{
	unsigned depth = 1;
	size_t at = 6;

	while (at < size) {
		const char *end = memmem(text + at, size - at, "</Event>", 8);
		size_t limit = end ? (size_t)(end - text) : size;
		size_t tag = find_tag(text, limit, at);

		if (tag < limit && is_event_tag(text + tag, size - tag)) {
			*cut = is_other_event(text + tag, size - tag);
			if (*cut)
				return tag;
			depth++;
			at = tag + 6;
		} else if (!end) {
			return 0;
		} else {
			at = limit + 8;
			if (--depth == 0)
				return at;
		}
	}
	return 0;
}

static bool find_xml_end(struct text_source *source, size_t *size, const char **problem)
{
	bool cut = false;

	do {
		*size = find_element_end(text_source_at(source), text_source_size(source), &cut);
		if (*size && !cut)
			return true;
		if (cut)
			break;
	} while (text_source_fill(source));
	*problem = "an event that has no end";
	text_source_skip(source, cut ? *size : MIN((size_t)6, text_source_size(source)));
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

enum text_record text_frame_next(struct text_source *source, size_t *size, const char **problem)
{
	*problem = NULL;
	while (seek(source)) {
		enum text_record record =
			text_record_begins(text_source_at(source), text_source_size(source));

		if (record == TEXT_RECORD_CLASSIC) {
			find_classic_end(source, size);
			return record;
		}
		if (find_xml_end(source, size, problem))
			return record;
	}
	return TEXT_RECORD_NONE;
}
