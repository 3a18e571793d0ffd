/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "evtx/decode.h"

#define SHORTEST_STRING 4 /* characters; shorter runs are mostly numbers that look like text */

static unsigned unit_at(const uint8_t *data, size_t offset)
{
	return data[offset] | (unsigned)data[offset + 1] << 8;
}

/*
 * Printable, and of scripts that names and commands are written in; what looks like CJK
 * is mostly sizes and offsets, and what has a low byte under 16 mostly BinXML tokens.
 */
static bool is_text(unsigned unit)
{
	return unit == '\t' || unit == '\n' || unit == '\r' || (unit >= 0x20 && unit < 0x7F) ||
	       (unit >= 0xA0 && unit < 0x0700 && (unit & 0xFF) >= 0x10);
}

static size_t count_units(const uint8_t *data, size_t offset, size_t end)
{
	size_t units = 0;

	while (offset + 2 * units + 2 <= end && is_text(unit_at(data, offset + 2 * units)))
		units++;
	return units;
}

void decode_strings(const struct chunk *chunk, const struct record *record, struct event *event)
{
	size_t end = (size_t)record->offset + record->size - 4;
	GString *text = g_string_new(NULL);

	if (!event->ref.time)
		event->ref.time = record->time;
	if (!event->ref.has_record_id)
		event->ref.record_id = record->id;
	event->ref.has_record_id = true;
	g_array_set_size(event->fields, 0);
	event->data_type = "undecoded";
	for (size_t at = (size_t)record->offset + WH_RECORD_HEADER; at + 2 <= end;) {
		size_t units = count_units(chunk->data, at, end);

		if (units < SHORTEST_STRING) {
			at++;
			continue;
		}
		g_string_truncate(text, 0);
		text_append_utf16le(text, chunk->data + at, units);
		event_add_field(event, "", text->str);
		at += 2 * units;
	}
	g_string_free(text, TRUE);
}
