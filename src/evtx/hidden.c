/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/hidden.h"

#include <string.h>

#include "base/bytes.h"
#include "evtx/binxml_instance.h"
#include "evtx/slack.h"

#define RECORD_MAGIC "**\0\0"

/*
 * Where a hidden record can begin: after the covering record's BinXML. Where that cannot be read,
 * after its header; then only a sound record is taken for one.
 */
static uint32_t get_start(const struct chunk *chunk, const struct record *record, bool *is_sure)
{
	size_t end;

	*is_sure = slack_get_end(chunk, record, &end);
	return *is_sure ? (uint32_t)end : record->offset + WH_RECORD_MINIMUM;
}

/*
 * Is that its size? The copy after it may be that of a covering record now, which ends there, or
 * ended there before it was lengthened over the next.
 */
static bool is_size(const struct chunk *chunk, uint32_t offset, uint32_t end, uint32_t size)
{
	uint32_t copy;

	if (size < WH_RECORD_MINIMUM || size > end - offset)
		return false;
	return size == end - offset ||
	       (bytes_get_u32(chunk->data, end, offset + size - 4, &copy) && copy == size) ||
	       (bytes_inside(end, offset + size, 4) &&
		memcmp(chunk->data + offset + size, RECORD_MAGIC, 4) == 0);
}

static bool read_hidden(const struct chunk *chunk, uint32_t offset, uint32_t end,
			struct record *out)
{
	if (!bytes_inside(end, offset, WH_RECORD_MINIMUM) ||
	    !binxml_is_fragment(chunk->data, end, (size_t)offset + WH_RECORD_HEADER))
		return false;
	*out = (struct record){.offset = offset};
	bytes_get_u32(chunk->data, end, offset + 4, &out->size);
	bytes_get_u64(chunk->data, end, offset + 8, &out->id);
	bytes_get_u64(chunk->data, end, offset + 16, &out->time);
	if (!is_size(chunk, offset, end, out->size))
		out->size = end - offset;
	return true;
}

void hidden_collect(const struct chunk *chunk, const struct record *record, GArray *out)
{
	uint32_t end = record->offset + record->size;
	bool is_sure;
	uint32_t from = get_start(chunk, record, &is_sure);
	const uint8_t *at;

	while (from < end && (at = memmem(chunk->data + from, end - from, RECORD_MAGIC, 4))) {
		struct record hidden;

		from = (uint32_t)(at - chunk->data);
		if (read_hidden(chunk, from, end, &hidden) &&
		    (is_sure || slack_is_sound(chunk, &hidden))) {
			g_array_append_val(out, hidden);
			from += hidden.size;
		} else {
			from++;
		}
	}
}

bool hidden_has_room(const struct chunk *chunk, const struct record *record)
{
	size_t end;

	return slack_get_end(chunk, record, &end) &&
	       (size_t)record->offset + record->size - 4 > end + WH_RECORD_PADDING;
}
