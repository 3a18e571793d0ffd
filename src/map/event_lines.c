/* SPDX-License-Identifier: Apache-2.0 */
#include "map/event_lines.h"

#include <string.h>

#include "base/limits.h"
#include "base/line_buffer.h"
#include "event/event_json.h"
#include "map/line_key.h"
#include "map/log_line.h"
#include "map/run_lines.h"

static size_t skip_blanks(const uint8_t *data, size_t size)
{
	size_t at = size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (at < size && g_ascii_isspace(data[at]))
		at++;
	return at;
}

/* An empty key is a blank. */
static size_t skip_key(const uint8_t *data, size_t size)
{
	size_t at = skip_blanks(data, size);

	return at + line_key_length((const char *)data + at, size - at);
}

/* The end of the string that begins at `at`, its quote included; `size` when it has none. */
static size_t skip_string(const uint8_t *data, size_t size, size_t at)
{
	for (at++; at < size && data[at] != '"'; at++)
		at += data[at] == '\\';
	return MIN(at + 1, size);
}

static bool is_text(const uint8_t *data, size_t from, size_t to, const char *text)
{
	return to - from == strlen(text) && memcmp(data + from, text, to - from) == 0;
}

/* The member of the object itself, wherever it stands in it and however it is spaced. */
bool event_lines_begin(const uint8_t *data, size_t size)
{
	size_t at = skip_key(data, size), key = 0, key_end = 0;
	unsigned depth = 0;

	while (at < size) {
		size_t end = data[at] == '"' ? skip_string(data, size, at) : at + 1;

		if (depth == 1 && data[at] == ':' && is_text(data, key, key_end, "\"kind\"")) {
			end += skip_blanks(data + end, size - end);
			at = end < size && data[end] == '"' ? skip_string(data, size, end) : end;
			return is_text(data, end, at, "\"event\"") ||
			       is_text(data, end, at, "\"object\"") ||
			       is_text(data, end, at, "\"log\"") ||
			       is_text(data, end, at, "\"begin\"");
		}
		if (data[at] == '"')
			key = at, key_end = end;
		else if (data[at] == '{' || data[at] == '[')
			depth++;
		else if (data[at] == '}' || data[at] == ']')
			depth--;
		if (depth == 0)
			return false;
		at = end;
	}
	return false;
}

bool event_lines_may_begin(const uint8_t *data, size_t size)
{
	size_t at = skip_key(data, size);

	return at < size && data[at] == '{';
}

char *event_lines_cite(const struct stream *stream)
{
	if (stream->entry)
		return g_strconcat(stream->path, " > ", stream->entry, NULL);
	return strcmp(stream->path, "-") == 0 ? NULL : g_strdup(stream->path);
}

struct line_reading {
	const struct fault_sink *faults;
	const struct stream *stream;
	struct run_lines *run;
	struct event event;
	struct line_buffer line;
	uint64_t offset; /* of the line */
	uint64_t lines;
	const struct line_calls *calls;
	void *context;
	struct arena arena; /* of the object at hand */
};

static void report(const struct line_reading *reading, const char *what)
{
	struct fault fault = {.code = FAULT_LINE_DAMAGED,
			      .what = what,
			      .path = reading->stream->path,
			      .entry = reading->stream->entry,
			      .offset = reading->offset,
			      .has_offset = true};

	fault_report(reading->faults, &fault);
}

/* Whatever a line claims, where it stands is known; on standard input others have said so. */
static void set_via(struct line_reading *reading)
{
	struct event_ref *ref = &reading->event.ref;

	if (reading->run->via)
		ref->via = reading->run->via;
	ref->claimed |= reading->run->claimed;
}

/* False when the line is none. */
static bool take_object_line(struct line_reading *reading, const char *text, size_t length,
			     bool *go_on)
{
	struct wmi_object object;
	const char *reason;

	arena_clear(&reading->arena);
	if (!wmi_object_read_line(&object, text, length, &reading->arena, &reason))
		return false;
	if (reading->run->via)
		object.via = reading->run->via;
	if (reading->calls->take_object)
		*go_on = reading->calls->take_object(reading->context, &object);
	return true;
}

/* False for a line of another kind. */
static bool take_log_line(struct line_reading *reading, const char *text, size_t length)
{
	struct log_line line;

	if (!log_line_read(&line, text, length))
		return false;
	if (reading->run->via)
		line.facts.ref.via = reading->run->via;
	line.facts.ref.claimed |= reading->run->claimed;
	reading->run->take_log(reading->run->log_context, &line.facts);
	log_line_release(&line);
	return true;
}

static bool take_line(struct line_reading *reading)
{
	size_t length, key;
	const char *text = line_buffer_get(&reading->line, &length);
	g_autofree char *reason = NULL;
	bool go_on = true;

	if (!text)
		return true;
	key = line_key_length(text, length);
	text += key;
	length -= key;
	reading->lines++;
	reading->calls->at_line(reading->context, reading->offset, reading->line.text->len);
	if (event_from_json(&reading->event, text, length, &reason)) {
		set_via(reading);
		if (reading->calls->take)
			go_on = reading->calls->take(reading->context, &reading->event);
	} else if (!take_object_line(reading, text, length, &go_on) &&
		   !take_log_line(reading, text, length) &&
		   !run_line_read(text, length, reading->run, reading->faults)) {
		report(reading, reason);
	}
	reading->calls->at_line(reading->context, reading->offset, 0);
	return go_on;
}

static void begin_line(struct line_reading *reading, uint64_t offset)
{
	line_buffer_clear(&reading->line);
	reading->offset = offset;
}

uint64_t event_lines_read(struct reader *reader, const struct fault_sink *faults,
			  const struct line_calls *calls, void *context, struct run_lines *run)
{
	struct line_reading reading = {.faults = faults,
				       .stream = reader->stream,
				       .run = run,
				       .calls = calls,
				       .context = context};
	bool go_on = true;
	const uint8_t *data;
	size_t size;

	event_init(&reading.event);
	arena_init(&reading.arena);
	line_buffer_init(&reading.line, WH_MAX_LINE_KEY + 1 + WH_MAX_EVENT_LINE);
	begin_line(&reading, reader->offset);
	while (go_on && (size = reader_peek(reader, WH_CHUNK_SIZE, &data)) > 0) {
		const uint8_t *feed = memchr(data, '\n', size);
		size_t part = feed ? (size_t)(feed - data) + 1 : size;

		if (!line_buffer_add(&reading.line, (const char *)data, part))
			report(&reading, "line is longer than an event line can be");
		reader_skip(reader, part);
		if (feed) {
			go_on = take_line(&reading);
			begin_line(&reading, reader->offset);
		}
	}
	if (go_on)
		take_line(&reading);
	event_release(&reading.event);
	arena_release(&reading.arena);
	line_buffer_release(&reading.line);
	return reading.lines;
}
