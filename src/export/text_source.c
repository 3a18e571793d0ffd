/* SPDX-License-Identifier: Apache-2.0 */
#include "export/text_source.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

#define FILL_SIZE (4 * WH_CHUNK_SIZE)

static void init(struct text_source *source)
{
	memset(source, 0, sizeof(*source));
	source->capacity = 64;
	source->data = g_malloc(source->capacity);
}

/* Windows's own tools write UTF-16 with a mark; without one it is known by ASCII at the start. */
static void find_width(struct text_source *source, const uint8_t *data, size_t size, size_t *mark)
{
	*mark = 0;
	source->width = TEXT_NARROW;
	if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
		*mark = 3;
	} else if (size >= 2 && memcmp(data, "\xFF\xFE", 2) == 0) {
		*mark = 2;
		source->width = TEXT_WIDE_LE;
	} else if (size >= 2 && memcmp(data, "\xFE\xFF", 2) == 0) {
		*mark = 2;
		source->width = TEXT_WIDE_BE;
	} else if (size >= 4 && data[0] && !data[1] && data[2] && !data[3]) {
		source->width = TEXT_WIDE_LE;
	}
}

void text_source_init(struct text_source *source, struct reader *reader)
{
	const uint8_t *data;
	size_t size = reader_peek(reader, 4, &data), mark;

	init(source);
	source->reader = reader;
	find_width(source, data, size, &mark);
	reader_skip(reader, mark);
	source->offset = reader->offset;
}

void text_source_init_inside(struct text_source *source, struct reader *reader)
{
	init(source);
	source->reader = reader;
	source->offset = reader->offset;
}

static void reserve(struct text_source *source, size_t size)
{
	size_t held = text_source_size(source);

	if (source->capacity - source->end >= size)
		return;
	memmove(source->data, text_source_at(source), held);
	source->start = 0;
	source->end = held;
	if (source->capacity - held >= size)
		return;
	source->capacity = MAX(held + size, source->capacity * 2);
	source->data = g_realloc(source->data, source->capacity);
}

static bool is_high(const uint8_t *unit)
{
	return (unit[1] & 0xFC) == 0xD8;
}

/* Appends what UTF-16 says. Returns how many bytes of it are used: not half a character. */
static size_t widen(struct text_source *source, const uint8_t *data, size_t size)
{
	g_autofree uint8_t *swapped = NULL;
	size_t units = size / 2;
	char *end;

	if (source->width == TEXT_WIDE_BE) {
		swapped = g_malloc(size + 1);
		for (size_t i = 0; i < units; i++) {
			swapped[2 * i] = data[2 * i + 1];
			swapped[2 * i + 1] = data[2 * i];
		}
		data = swapped;
	}
	if (units > 1 && is_high(data + 2 * (units - 1)))
		units--;
	reserve(source, units * WH_TEXT_UNIT_SIZE + 1);
	end = text_put_utf16le(source->data + source->end, data, units);
	source->end = (size_t)(end - source->data);
	return 2 * units;
}

static size_t append(struct text_source *source, const uint8_t *data, size_t size)
{
	if (source->width != TEXT_NARROW)
		return widen(source, data, size);
	reserve(source, size + 1);
	memcpy(source->data + source->end, data, size);
	source->end += size;
	return size;
}

void text_source_init_head(struct text_source *source, const uint8_t *data, size_t size)
{
	size_t mark;

	init(source);
	find_width(source, data, size, &mark);
	append(source, data + mark, size - mark);
	source->ended = true;
}

void text_source_release(struct text_source *source)
{
	g_free(source->data);
}

bool text_source_fill(struct text_source *source)
{
	const uint8_t *data;
	size_t size, used;

	if (source->ended || text_source_size(source) > WH_MAX_EVENT_LINE)
		return false;
	size = reader_peek(source->reader, FILL_SIZE, &data);
	used = size ? append(source, data, size) : 0;
	/* Half a character at the end of a file says nothing. */
	source->ended = used == 0;
	reader_skip(source->reader, used ? used : size);
	return used > 0;
}

void text_source_skip(struct text_source *source, size_t size)
{
	source->start += size;
	source->offset += size;
	if (size > 0 && source->data[source->start - 1] == '\n')
		source->line = source->offset;
}

uint64_t text_source_place(const struct text_source *source)
{
	return source->width == TEXT_NARROW ? source->offset
	       : source->reader		    ? source->reader->offset
					    : 0;
}
