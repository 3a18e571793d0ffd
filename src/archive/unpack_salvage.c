/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/aligned.h"
#include "base/bytes.h"
#include "archive/slice.h"
#include "archive/unpack_parts.h"

#define WINDOW (64 << 10) /* searched at once */

/* Entries of a zip by their local headers alone. */
struct salvage {
	struct zip zip;
	struct zip_directory names;
	uint64_t end;
	uint8_t *window;
};

/* Where the next mark of an entry stands; `end` when there is none. */
static uint64_t find_mark(const struct salvage *salvage, uint64_t position)
{
	while (salvage->end - position >= WH_ZIP_LOCAL_HEADER) {
		size_t want = MIN(WINDOW, salvage->end - position);
		ssize_t got =
			stream_read_all_at(salvage->zip.stream, salvage->window, want, position);
		const uint8_t *found;

		if (got < 4)
			break;
		found = memmem(salvage->window, (size_t)got, "PK\3\4", 4);
		if (found)
			return position + (uint64_t)(found - salvage->window);
		position += (uint64_t)got - 3;
	}
	return salvage->end;
}

/* The item that a local header describes; false when it is cut off. */
static bool read_item(struct salvage *salvage, uint64_t position, struct zip_item *item,
		      uint64_t *begin)
{
	uint8_t header[WH_ZIP_LOCAL_HEADER];
	GByteArray *names = salvage->names.names;
	uint32_t packed = 0, size = 0;
	uint16_t extra = 0;

	if (stream_read_all_at(salvage->zip.stream, header, sizeof(header), position) !=
	    (ssize_t)sizeof(header))
		return false;
	*item = (struct zip_item){.offset = position, .end = salvage->end, .is_salvaged = true};
	bytes_get_u16(header, sizeof(header), 6, &item->flags);
	bytes_get_u16(header, sizeof(header), 8, &item->method);
	bytes_get_u32(header, sizeof(header), 14, &item->crc);
	bytes_get_u32(header, sizeof(header), 18, &packed);
	bytes_get_u32(header, sizeof(header), 22, &size);
	bytes_get_u16(header, sizeof(header), 26, &item->name_length);
	bytes_get_u16(header, sizeof(header), 28, &extra);
	*begin = position + sizeof(header) + item->name_length + extra;
	if (*begin > salvage->end)
		return false;
	g_byte_array_set_size(names, item->name_length);
	if (stream_read_all_at(salvage->zip.stream, names->data, names->len,
			       position + sizeof(header)) != names->len)
		return false;
	item->sizes_unknown =
		item->flags & WH_ZIP_SIZES_BEHIND || packed == UINT32_MAX || size == UINT32_MAX;
	item->packed = MIN(item->sizes_unknown ? UINT64_MAX : packed, salvage->end - *begin);
	item->size = item->sizes_unknown ? UINT64_MAX : size;
	return true;
}

/* Where to look on: after the entry where that is sure, and else after its header. */
static uint64_t get_next(const struct salvage *salvage, const struct zip_item *item, uint64_t begin)
{
	uint64_t end = begin + item->packed;
	uint8_t mark[2];

	if (salvage->zip.item_end > begin)
		return MIN(salvage->zip.item_end, salvage->end);
	if (!item->sizes_unknown &&
	    stream_read_all_at(salvage->zip.stream, mark, sizeof(mark), end) == sizeof(mark) &&
	    memcmp(mark, "PK", 2) == 0)
		return end;
	return begin;
}

bool zip_salvage(const struct zip *zip, uint64_t begin, uint64_t end)
{
	struct unpacker *unpacker = zip->unpacker;
	struct salvage salvage = {.zip = *zip, .end = end, .window = aligned_new(WINDOW)};
	struct layer layer = {.stream = {.path = zip->stream->path, .entry = zip->stream->entry},
			      .faults = unpacker->calls->faults};
	uint64_t position = begin, data;
	struct zip_item item;
	bool go_on = true;

	salvage.names.names = g_byte_array_sized_new(64);
	salvage.zip.directory = &salvage.names;
	salvage.zip.salvaging = true;
	while (go_on && (position = find_mark(&salvage, position)) < end) {
		layer.offset = position;
		if (!read_item(&salvage, position, &item, &data)) {
			layer_report(&layer, FAULT_ARCHIVE_DAMAGED, "an entry's header is cut off");
			position += 4;
			continue;
		}
		if (unpacker->budget.reported || !unpack_add_entry(unpacker, zip->stream))
			break;
		salvage.zip.item_end = 0;
		go_on = zip_unpack_item(&salvage.zip, &item, unpacker->number++);
		position = get_next(&salvage, &item, data);
	}
	g_byte_array_unref(salvage.names.names);
	g_free(salvage.window);
	return go_on;
}
