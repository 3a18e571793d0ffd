/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/export_run.h"
#include "export/json_cut.h"
#include "export/json_frame.h"

#define TRIED 5 /* objects that a file is known by, the first of which may be broken */

/* Of the head of a file the last object is cut off, and it may be the first. */
static void read_cut(struct export_run *run, const char *text, size_t size)
{
	const struct json_node *object = json_cut_read(text, size, &run->arena);

	if (!object)
		return;
	export_run_take_object(run, object);
	run->found |= json_cut_is_of_exporter(object);
}

#define LONGEST_NAME 64

/* In what is broken, where the next object begins that has the same first name: in texts the quotes
 * of such a name are escaped. NULL: nowhere. */
static const char *find_next(const char *begin, const char *from, const char *end)
{
	size_t size = MIN((size_t)(end - begin), LONGEST_NAME);
	const char *colon = memchr(begin, ':', size);

	return colon ? memmem(from, (size_t)(end - from), begin, (size_t)(colon - begin)) : NULL;
}

/* The objects of a piece; more than one where a line has more. */
static void read_piece(struct export_run *run, size_t size)
{
	struct json_reader reader;

	json_reader_init(&reader, text_source_at(&run->source), size, &run->arena);
	while (!run->stopped) {
		const struct json_node *object;
		const char *begin, *next;

		while (reader.at < reader.end && *reader.at && strchr(" \t\r\n,[]", *reader.at))
			reader.at++;
		if (reader.at == reader.end)
			return;
		begin = reader.at;
		object = json_tree_read(&reader);
		if (!object) {
			export_run_report(run, reader.problem);
			next = find_next(begin, MAX(reader.at, begin + 1), reader.end);
			if (!next && !run->source.reader && size == text_source_size(&run->source))
				read_cut(run, begin, (size_t)(reader.end - begin));
			if (!next)
				return;
			json_reader_init(&reader, next, (size_t)(reader.end - next), &run->arena);
			continue;
		}
		export_run_take_object(run, object);
	}
}

static void read_objects(struct export_run *run, unsigned most)
{
	struct json_frame frame = {.layout = JSON_UNSURE};
	size_t size;

	while (!run->stopped && most > 0) {
		bool any = json_frame_next(&frame, &run->source, &size);

		if (frame.problem) {
			run->offset = frame.problem_offset;
			export_run_report(run, frame.problem);
		}
		if (!any || (run->source.line == run->source.offset && export_run_is_over(run)))
			return;
		if (export_run_begin(run, run->spelling ? run->spelling->before_id : NULL,
				     run->spelling ? run->spelling->names : NULL, size)) {
			read_piece(run, size);
			text_source_skip(&run->source, size);
			export_run_end(run);
		} else {
			text_source_skip(&run->source, size);
		}
		most -= run->reading == NULL;
	}
}

/* What evtx_dump numbers its records with. */
static size_t skip_number(const char *text, size_t size)
{
	size_t at = 0;

	if (size < 8 || memcmp(text, "Record ", 7) != 0)
		return 0;
	while (at < size && text[at] != '\n')
		at++;
	return at;
}

bool export_json_begins(const char *text, size_t size)
{
	size_t at = skip_number(text, size);

	while (at < size && g_ascii_isspace(text[at]))
		at++;
	return at < size && (text[at] == '{' || text[at] == '[');
}

bool export_json_has_parts(struct export_run *run)
{
	struct json_frame frame = {.layout = JSON_UNSURE};
	size_t size;

	return json_frame_next(&frame, &run->source, &size) && frame.layout == JSON_LINES &&
	       frame.list_depth == 0;
}

/* A line feed in a text is escaped. */
size_t export_json_find_border(const char *text, size_t size)
{
	const char *found = memmem(text, size, "\n{", 2);

	return found ? (size_t)(found + 1 - text) : size;
}

void export_json_read(struct export_run *run)
{
	read_objects(run, TRIED);
}
