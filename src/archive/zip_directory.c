/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/zip_directory.h"

#include <string.h>

#include "base/aligned.h"
#include "base/bytes.h"
#include "base/crc32.h"
#include "base/limits.h"
#include "archive/slice.h"

#define END_RECORD 22 /* bytes, without the comment */
#define END_LOCATOR 20
#define END_RECORD_64 56
#define RECORD 46 /* a directory entry, without name, extra fields and comment */
#define TAIL (END_RECORD_64 + END_LOCATOR + END_RECORD + 65535)
#define WINDOW (256 << 10) /* holds any directory entry */

/* Where the end records say that the directory is. */
struct ending {
	uint64_t position; /* of the record that ends the directory */
	uint64_t end; /* of what its comment is told to hold */
	uint64_t offset;
	uint64_t size;
	uint64_t count;
	uint32_t volume; /* its own number, counted from 0 */
	bool is_64;
};

/* The bytes of the directory that are looked at. */
struct directory_window {
	struct stream *stream;
	uint64_t position; /* of buffer[0] in the stream */
	uint64_t end; /* of the directory */
	uint8_t *buffer;
	size_t size;
	bool is_split; /* items say in which volume they are */
};

static bool magic_at(struct stream *stream, uint64_t offset, const char *magic)
{
	uint8_t bytes[4];

	return offset <= stream->size && stream_read_all_at(stream, bytes, 4, offset) == 4 &&
	       memcmp(bytes, magic, 4) == 0;
}

static bool read_ending_64(struct stream *stream, uint64_t position, struct ending *ending)
{
	uint8_t record[END_RECORD_64];

	if (position > stream->size || !magic_at(stream, position, "PK\6\6") ||
	    stream_read_all_at(stream, record, sizeof(record), position) != sizeof(record))
		return false;
	ending->position = position;
	bytes_get_u64(record, sizeof(record), 32, &ending->count);
	bytes_get_u64(record, sizeof(record), 40, &ending->size);
	bytes_get_u64(record, sizeof(record), 48, &ending->offset);
	bytes_get_u32(record, sizeof(record), 16, &ending->volume);
	ending->is_64 = true;
	return true;
}

/* The locator gives an offset that a prefix makes wrong; the record stands before it then. */
static void find_ending_64(struct stream *stream, struct ending *ending)
{
	uint64_t locator = ending->position - END_LOCATOR;
	uint8_t bytes[END_LOCATOR];
	uint64_t position;

	if (ending->position < END_LOCATOR || !magic_at(stream, locator, "PK\6\7") ||
	    stream_read_all_at(stream, bytes, END_LOCATOR, locator) != END_LOCATOR)
		return;
	bytes_get_u64(bytes, sizeof(bytes), 8, &position);
	if (position < locator && read_ending_64(stream, position, ending))
		return;
	if (locator >= END_RECORD_64)
		read_ending_64(stream, locator - END_RECORD_64, ending);
}

static void read_ending(struct stream *stream, const uint8_t *record, uint64_t position,
			struct ending *ending)
{
	uint16_t count = 0, volume = 0, comment = 0;
	uint32_t size = 0, offset = 0;

	bytes_get_u16(record, END_RECORD, 10, &count);
	bytes_get_u32(record, END_RECORD, 12, &size);
	bytes_get_u32(record, END_RECORD, 16, &offset);
	bytes_get_u16(record, END_RECORD, 4, &volume);
	bytes_get_u16(record, END_RECORD, 20, &comment);
	*ending = (struct ending){
		position, position + END_RECORD + comment, offset, size, count, volume, false};
	if (volume == UINT16_MAX || count == UINT16_MAX || size == UINT32_MAX ||
	    offset == UINT32_MAX)
		find_ending_64(stream, ending);
}

/*
 * Where the directory begins, and by how much offsets are off: bytes put before a finished zip
 * move all of it.
 */
static bool find_directory(struct stream *stream, const struct ending *ending, uint64_t *begin,
			   uint64_t *shift)
{
	uint64_t fitting = ending->position - ending->size;

	*shift = 0;
	if (ending->size == 0 && ending->count == 0) {
		*begin = ending->position;
		return true;
	}
	if (ending->size <= ending->position && (ending->volume > 0 || ending->offset <= fitting) &&
	    magic_at(stream, fitting, "PK\1\2")) {
		*begin = fitting;
		/* In a split zip each offset counts from the start of a volume. */
		*shift = ending->volume > 0 ? 0 : fitting - ending->offset;
		return true;
	}
	*begin = ending->offset;
	return ending->offset < ending->position && magic_at(stream, ending->offset, "PK\1\2");
}

/* Makes `size` bytes at `position` available, if the directory holds them. */
static const uint8_t *window_get(struct directory_window *window, uint64_t position, size_t size)
{
	ssize_t got;

	if (position > window->end || size > window->end - position)
		return NULL;
	if (position >= window->position && position - window->position <= window->size &&
	    size <= window->size - (position - window->position))
		return window->buffer + (position - window->position);
	got = stream_read_all_at(window->stream, window->buffer,
				 MIN(WINDOW, window->end - position), position);
	if (got < 0)
		return NULL;
	window->position = position;
	window->size = (size_t)got;
	return size <= window->size ? window->buffer : NULL;
}

static void take_size(const uint8_t *extra, size_t size, size_t *at, uint64_t *value)
{
	/* The extra field holds only those that have no room in the entry, in this order. */
	if (*value == UINT32_MAX && bytes_get_u64(extra, size, *at, value))
		*at += 8;
}

static void read_sizes_64(const uint8_t *extra, size_t size, struct zip_item *item)
{
	size_t at = 0;

	take_size(extra, size, &at, &item->size);
	take_size(extra, size, &at, &item->packed);
	take_size(extra, size, &at, &item->offset);
}

/* Info-ZIP's Unicode path: version, CRC of the name that it stands for, UTF-8. */
static void add_unicode_name(struct zip_directory *directory, const uint8_t *extra, size_t size,
			     const uint8_t *name, struct zip_item *item)
{
	uint32_t crc;

	if (size <= 5 || extra[0] != 1 || item->unicode_length > 0 ||
	    !bytes_get_u32(extra, size, 1, &crc) || crc != crc32_update(0, name, item->name_length))
		return;
	item->unicode_length = (uint16_t)(size - 5);
	g_byte_array_append(directory->names, extra + 5, item->unicode_length);
}

static void read_extra(struct zip_directory *directory, const uint8_t *extra, size_t size,
		       const uint8_t *name, struct zip_item *item)
{
	uint16_t id, length;

	for (size_t at = 0;
	     bytes_get_u16(extra, size, at, &id) && bytes_get_u16(extra, size, at + 2, &length) &&
	     bytes_inside(size, at + 4, length);
	     at += 4 + (size_t)length) {
		if (id == 0x0001)
			read_sizes_64(extra + at + 4, length, item);
		else if (id == 0x7075)
			add_unicode_name(directory, extra + at + 4, length, name, item);
	}
}

static void read_fixed(const uint8_t *record, struct zip_item *item)
{
	uint32_t packed = 0, size = 0, offset = 0;

	*item = (struct zip_item){.host = record[5]};
	bytes_get_u16(record, RECORD, 8, &item->flags);
	bytes_get_u16(record, RECORD, 10, &item->method);
	bytes_get_u32(record, RECORD, 16, &item->crc);
	bytes_get_u32(record, RECORD, 20, &packed);
	bytes_get_u32(record, RECORD, 24, &size);
	bytes_get_u16(record, RECORD, 28, &item->name_length);
	bytes_get_u32(record, RECORD, 38, &item->attributes);
	bytes_get_u32(record, RECORD, 42, &offset);
	item->packed = packed;
	item->size = size;
	item->offset = offset;
}

/* Where in the stream what begins at `offset` of the item's volume begins. */
static uint64_t add_volume_start(const struct stream *stream, const uint8_t *record,
				 uint64_t offset)
{
	uint16_t volume = 0;

	bytes_get_u16(record, RECORD, 34, &volume);
	if (volume >= stream->volume_count || offset > UINT64_MAX - stream->volume_starts[volume])
		return UINT64_MAX;
	return offset + stream->volume_starts[volume];
}

/* Returns the size of the record, 0 when there is no whole one. */
static size_t read_record(struct zip_directory *directory, struct directory_window *window,
			  uint64_t position, uint64_t shift)
{
	const uint8_t *record = window_get(window, position, RECORD);
	uint16_t extra = 0, comment = 0;
	struct zip_item item;
	size_t size;

	if (!record || memcmp(record, "PK\1\2", 4) != 0)
		return 0;
	read_fixed(record, &item);
	bytes_get_u16(record, RECORD, 30, &extra);
	bytes_get_u16(record, RECORD, 32, &comment);
	size = RECORD + (size_t)item.name_length + extra + comment;
	record = window_get(window, position, size);
	if (!record)
		return 0;
	item.name = directory->names->len;
	g_byte_array_append(directory->names, record + RECORD, item.name_length);
	read_extra(directory, record + RECORD + item.name_length, extra, record + RECORD, &item);
	if (window->is_split)
		item.offset = add_volume_start(window->stream, record, item.offset);
	/* An offset that overflows lies outside of the stream anyway. */
	item.offset = item.offset > UINT64_MAX - shift ? UINT64_MAX : item.offset + shift;
	g_array_append_val(directory->items, item);
	return size;
}

static gint by_offset(gconstpointer a, gconstpointer b)
{
	const struct zip_item *first = a, *second = b;

	return first->offset < second->offset ? -1 : first->offset > second->offset;
}

static void set_ends(struct zip_directory *directory, uint64_t size)
{
	struct zip_item *items = (struct zip_item *)(void *)directory->items->data;
	uint64_t next = size;
	bool sorted = true;

	for (guint i = 1; i < directory->items->len && sorted; i++)
		sorted = items[i - 1].offset <= items[i].offset;
	if (!sorted)
		g_array_sort(directory->items, by_offset);
	for (guint i = directory->items->len; i-- > 0;) {
		if (items[i].offset < directory->position)
			next = MIN(next, directory->position);
		items[i].end = next;
		next = MIN(next, items[i].offset);
	}
}

/* `position`: where reading stopped. Few counts are wrong in whole archives: 16 bits wrap. */
static void judge(struct zip_directory *directory, const struct ending *ending, uint64_t position)
{
	guint count = directory->items->len;
	bool counted = ending->count == count || (!ending->is_64 && ending->count == count % 65536);

	if (directory->names->len >= WH_MAX_ZIP_NAMES)
		directory->problem = "the zip's directory is too large";
	else if (position < ending->position && !counted)
		directory->problem = "the zip's directory is damaged";
	else if (!counted)
		directory->problem = "the zip's end record counts other entries than its directory";
	directory->cut = directory->problem && position < ending->position;
}

static void read_records(struct stream *stream, const struct ending *ending, uint64_t shift,
			 uint64_t most, struct zip_directory *directory)
{
	struct directory_window window = {.stream = stream,
					  .end = ending->position,
					  .buffer = aligned_new(WINDOW),
					  .is_split = ending->volume > 0 && stream->volume_starts};
	uint64_t position = directory->position;
	size_t size;

	while (directory->items->len < most && directory->names->len < WH_MAX_ZIP_NAMES &&
	       (size = read_record(directory, &window, position, shift)) > 0)
		position += size;
	directory->more = directory->items->len >= most && position < ending->position;
	if (!directory->more)
		judge(directory, ending, position);
	g_free(window.buffer);
}

static bool read_at_ending(struct stream *stream, const struct ending *ending, uint64_t most,
			   struct zip_directory *out)
{
	uint64_t position, shift;

	if (!find_directory(stream, ending, &position, &shift))
		return false;
	*out = (struct zip_directory){
		.items = g_array_new(FALSE, FALSE, sizeof(struct zip_item)),
		.names = g_byte_array_sized_new(64), /* never NULL */
		.position = position,
		.end = MIN(ending->end, stream->size),
		.lacks_volumes = ending->volume > 0 && ending->volume + 1 != stream->volume_count,
	};
	read_records(stream, ending, shift, most, out);
	set_ends(out, stream->size);
	return true;
}

/* An end record at `at` of the tail, with what it says of its comment inside the stream. */
static bool is_end_record(const uint8_t *tail, size_t size, size_t at, bool strict)
{
	uint16_t comment = 0;

	if (!bytes_inside(size, at, END_RECORD) || memcmp(tail + at, "PK\5\6", 4) != 0)
		return false;
	bytes_get_u16(tail, size, at + 20, &comment);
	return !strict || at + END_RECORD + comment == size;
}

/* The last end record that a directory stands before. */
static bool read_in_tail(struct stream *stream, const uint8_t *tail, size_t size, bool strict,
			 uint64_t most, struct zip_directory *out)
{
	unsigned tried = 0;

	for (size_t at = size - END_RECORD + 1; at-- > 0 && tried < WH_MAX_ZIP_ENDS;) {
		struct ending ending;

		if (!is_end_record(tail, size, at, strict))
			continue;
		tried++;
		read_ending(stream, tail + at, stream->size - size + at, &ending);
		if (read_at_ending(stream, &ending, most, out))
			return true;
	}
	return false;
}

bool zip_directory_read(struct stream *stream, bool strict, uint64_t most,
			struct zip_directory *out)
{
	size_t want = MIN((uint64_t)TAIL, stream->size);
	g_autofree uint8_t *tail = aligned_new(want + 1);

	if (want < END_RECORD ||
	    stream_read_all_at(stream, tail, want, stream->size - want) != (ssize_t)want)
		return false;
	/* A comment may hold what looks like an end record: the one that fits comes first. */
	return read_in_tail(stream, tail, want, true, most, out) ||
	       (!strict && read_in_tail(stream, tail, want, false, most, out));
}

void zip_directory_release(struct zip_directory *directory)
{
	g_array_unref(directory->items);
	g_byte_array_unref(directory->names);
}
