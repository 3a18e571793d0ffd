/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/export_run.h"

#define HEAD 4096 /* in which the first record begins */

static bool is_xml(const char *text, size_t size)
{
	while (size > 0 && (g_ascii_isspace(*text) || *text == '-'))
		text++, size--;
	return size > 0 && *text == '<' && memmem(text, MIN(size, HEAD), "<Event", 6) &&
	       memmem(text, MIN(size, 2 * HEAD), "/2004/08/events/event", 21);
}

bool export_text_begins(const char *text, size_t size)
{
	if (size > 7 && memcmp(text, "Record ", 7) == 0) {
		const char *feed = memchr(text, '\n', MIN(size, 64));

		size -= feed ? (size_t)(feed - text) : 0;
		text = feed ? feed : text;
	}
	while (size > 0 && g_ascii_isspace(*text))
		text++, size--;
	return text_record_begins(text, size) != TEXT_RECORD_NONE || is_xml(text, size);
}

static const struct text_names xml_names = {
	.host = "<Computer>",
	.channel = "<Channel>",
	.record_id = "<EventRecordID>",
	.times = {"SystemTime="},
};

static const struct text_names classic_names = {
	.host = "\nComputerName=",
	.channel = "\nLogName=",
	.record_id = "\nRecordNumber=",
	.times = {"", "\nUtcTime: "},
	.read_time = spelling_read_local_time,
};

bool export_text_has_parts(struct export_run *run)
{
	struct text_frame frame = {0};
	size_t size;

	return text_frame_next(&frame, &run->source, &size) == TEXT_RECORD_XML &&
	       text_frame_is_border(text_source_at(&run->source), size);
}

/* Where a tag that is cut off by the window's end may be one, it is looked at again. */
size_t export_text_find_border(const char *text, size_t size)
{
	const char *at = text + MIN(size, 1);

	while ((at = memchr(at, '<', size - (size_t)(at - text)))) {
		if (text_frame_is_border(at, size - (size_t)(at - text)))
			return (size_t)(at - text);
		at++;
	}
	return size;
}

void export_text_read(struct export_run *run)
{
	struct text_frame frame = {0};
	enum text_record record;
	size_t size;

	for (;;) {
		record = text_frame_next(&frame, &run->source, &size);
		run->offset = frame.problem_offset;
		if (frame.problem)
			export_run_report(run, frame.problem);
		if (record == TEXT_RECORD_NONE || run->stopped ||
		    (text_frame_is_border(text_source_at(&run->source), size) &&
		     export_run_is_over(run)))
			return;
		if (!export_run_begin(run, record == TEXT_RECORD_XML ? "<EventID" : "EventCode=",
				      record == TEXT_RECORD_XML ? &xml_names : &classic_names,
				      size)) {
			text_source_skip(&run->source, size);
			continue;
		}
		export_run_take_text(run, record, text_source_at(&run->source), size,
				     EVENT_FORMAT_XML);
		text_source_skip(&run->source, size);
		export_run_end(run);
		if (!run->reading && run->found)
			return;
	}
}
