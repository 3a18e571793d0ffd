/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "archive/unpack_parts.h"

#define SEVENZIP_START 32 /* bytes of the start header */
#define TAR_MAGIC 257 /* where "ustar" stands in a header */

/* The bytes that an archive of the kind begins with. */
static const char *get_mark(enum archive_kind kind, size_t *size)
{
	*size = kind == ARCHIVE_SEVENZIP || kind == ARCHIVE_RAR ? 6 : 4;
	switch (kind) {
	case ARCHIVE_ZIP:
		return "PK\3\4";
	case ARCHIVE_CAB:
		return "MSCF";
	case ARCHIVE_RAR:
		return "Rar!\x1a\x07";
	default:
		return "7z\xbc\xaf\x27\x1c";
	}
}

static const uint8_t *find_mark(enum archive_kind kind, const uint8_t *data, size_t size)
{
	size_t mark_size;
	const char *mark = get_mark(kind, &mark_size);

	return memmem(data, size, mark, mark_size);
}

/* A header that is not in its place has a magic at least. */
static const uint8_t *find_moved_header(const uint8_t *data, size_t size)
{
	const uint8_t *at = data + TAR_MAGIC, *end = data + size;

	while (at < end && (at = memmem(at, (size_t)(end - at), "ustar", 5)) != NULL) {
		const uint8_t *header = at - TAR_MAGIC;

		if (end - header >= WH_TAR_BLOCK && archive_is_tar_header(header))
			return header;
		at++;
	}
	return NULL;
}

const uint8_t *unpack_find_tar_header(const uint8_t *data, size_t size)
{
	const uint8_t *moved = find_moved_header(data, size);
	const uint8_t *end = moved ? moved : data + size;

	for (; end - data >= WH_TAR_BLOCK; data += WH_TAR_BLOCK)
		if (archive_is_tar_header(data))
			return data;
	return moved;
}

bool unpack_is_padding(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (data[i] != 0 && !g_ascii_isspace(data[i]))
			return false;
	return true;
}

static void report_rest(struct unpacker *unpacker, const struct stream *stream, uint64_t offset)
{
	struct layer layer = {.stream = {.path = stream->path, .entry = stream->entry},
			      .faults = unpacker->calls->faults,
			      .offset = offset};

	layer_report(&layer, FAULT_ARCHIVE_DAMAGED,
		     "bytes after the archive's end are none of its kind");
}

bool unpack_find_next(struct unpacker *unpacker, struct feed *feed, enum archive_kind kind,
		      bool quiet)
{
	/* libarchive leaves the end of a RAR 5's last block. */
	size_t size, slack = kind == ARCHIVE_RAR ? 4 : 0;
	const uint8_t *data, *found = NULL;

	/* The rest of a block goes with it, so that the next search begins with one. */
	while (!found && (size = reader_peek(&feed->reader, WH_READER_SIZE, &data)) > 0) {
		size_t keep = MIN(size - 1, WH_TAR_BLOCK - 1), passed;

		found = kind == ARCHIVE_TAR ? unpack_find_tar_header(data, size)
					    : find_mark(kind, data, size);
		if (feed->reader.ended)
			keep = 0;
		else if (kind == ARCHIVE_TAR)
			keep += (size - keep) % WH_TAR_BLOCK;
		passed = found ? (size_t)(found - data) : size - keep;
		if (!quiet && passed > slack && !unpack_is_padding(data, passed)) {
			report_rest(unpacker, &feed->layer->stream, feed->reader.offset);
			quiet = true;
		}
		reader_skip(&feed->reader, passed);
	}
	if (!found && feed->reader.error && !quiet)
		unpack_report(unpacker, &feed->layer->stream, feed->layer->stream.entry,
			      FAULT_UNREADABLE, "cannot read what follows the archive");
	return found != NULL;
}

/* The size of a record of a zip's directory or of its end (APPNOTE.TXT 4.3.12 to 4.3.16); 0: it is
 * none. */
static uint64_t get_zip_record(const uint8_t *data, size_t size, bool *last)
{
	uint16_t name = 0, extra = 0, comment = 0;
	uint64_t rest_64 = 0;
	uint32_t rest = 0;

	*last = size >= 22 && memcmp(data, "PK\5\6", 4) == 0;
	if (*last && bytes_get_u16(data, size, 20, &comment))
		return 22 + (uint64_t)comment;
	if (size >= 46 && memcmp(data, "PK\1\2", 4) == 0) {
		bytes_get_u16(data, size, 28, &name);
		bytes_get_u16(data, size, 30, &extra);
		bytes_get_u16(data, size, 32, &comment);
		return 46 + (uint64_t)name + extra + comment;
	}
	if (size >= 12 && memcmp(data, "PK\6\6", 4) == 0 && bytes_get_u64(data, size, 4, &rest_64))
		return rest_64 < UINT32_MAX ? 12 + rest_64 : 0;
	if (size >= 6 && memcmp(data, "PK\5\5", 4) == 0 && bytes_get_u32(data, size, 4, &rest))
		return 6 + (uint64_t)(rest & 0xffff);
	return size >= 20 && memcmp(data, "PK\6\7", 4) == 0 ? 20 : 0;
}

bool unpack_skip_zip_directory(struct feed *feed)
{
	const uint8_t *data;
	uint64_t record;
	bool last = false;

	do {
		size_t size = reader_peek(&feed->reader, 46, &data);

		record = get_zip_record(data, size, &last);
		feed_skip(feed, record);
	} while (record > 0 && !last);
	return last;
}

uint64_t unpack_get_sevenzip_end(struct stream *stream)
{
	uint8_t start[SEVENZIP_START];
	uint64_t offset = 0, size = 0;

	if (stream_read_all_at(stream, start, sizeof(start), 0) != (ssize_t)sizeof(start))
		return UINT64_MAX;
	bytes_get_u64(start, sizeof(start), 12, &offset);
	bytes_get_u64(start, sizeof(start), 20, &size);
	if (offset > stream->size || size > stream->size - offset ||
	    offset + size > stream->size - sizeof(start))
		return UINT64_MAX;
	return sizeof(start) + offset + size;
}
