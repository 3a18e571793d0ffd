/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/zip_entry.h"

#include <glib.h>
#include <string.h>

#include "base/aligned.h"
#include "base/bytes.h"
#include "base/crc32.h"
#include "archive/inflate.h"
#include "archive/slice.h"

/*
 * The first read takes little and gives little: most entries are no logs, which their
 * beginning tells. It must be enough for an entry that does not shrink.
 */
#define HEAD_SIZE 8192
#define INPUT_SIZE (64 << 10)

struct zip_entry {
	struct layer layer;
	struct stream *archive;
	const struct zip_item *item;
	uint64_t begin; /* of the packed data in the archive */
	uint64_t fetched; /* packed bytes that were read */
	uint32_t crc; /* of what was given */
	bool ended;
	struct inflate_state inflate;
	WH_ALIGNED uint8_t input[INPUT_SIZE];
};

struct zip_entry *zip_entry_new(void)
{
	/* Large and soon filled: not cleared. */
	return aligned_new(sizeof(struct zip_entry));
}

void zip_entry_free(struct zip_entry *entry)
{
	g_free(entry);
}

uint64_t zip_entry_get_end(const struct zip_entry *entry)
{
	const struct inflate_state *inflate = &entry->inflate;

	if (entry->item->method == WH_ZIP_STORED)
		return entry->ended ? entry->begin + entry->layer.offset : 0;
	if (inflate->block_state != ISAL_BLOCK_FINISH)
		return 0;
	/* What the inflater holds as bits was not of the entry. */
	return entry->begin + entry->fetched - inflate->avail_in -
	       (uint64_t)(inflate->read_in_length / 8);
}

static void end_with(struct zip_entry *entry, const char *what)
{
	if (what)
		layer_report(&entry->layer, FAULT_ARCHIVE_DAMAGED, what);
	entry->ended = true;
}

/* False at the end of the packed data and when reading failed, with *failed. */
static bool fetch(struct zip_entry *entry, bool *failed)
{
	uint64_t left = entry->item->packed - entry->fetched;
	ssize_t got = 0;

	if (left > 0)
		got = entry->archive->read_at(entry->archive, entry->input, MIN(INPUT_SIZE, left),
					      entry->begin + entry->fetched);
	*failed = got < 0;
	if (got <= 0)
		return false;
	entry->fetched += (uint64_t)got;
	entry->inflate.next_in = entry->input;
	entry->inflate.avail_in = (uint32_t)got;
	return true;
}

/*
 * Inflates up to `size` bytes and returns how many; *problem when there will be no more.
 * Returns early after the first few, see HEAD_SIZE.
 */
static ssize_t inflate_some(struct zip_entry *entry, uint8_t *buffer, size_t size,
			    const char **problem)
{
	struct inflate_state *inflate = &entry->inflate;
	bool failed = false;
	int status;

	inflate->next_out = buffer;
	inflate->avail_out = (uint32_t)MIN(size, INT32_MAX);
	for (;;) {
		status = inflate_on(inflate, buffer);
		if (status != ISAL_DECOMP_OK)
			*problem = "the entry's packed data is damaged";
		if (status != ISAL_DECOMP_OK || inflate->avail_out == 0 ||
		    inflate->block_state == ISAL_BLOCK_FINISH)
			break;
		if (entry->layer.offset == 0 && inflate->next_out > buffer)
			break;
		if (!fetch(entry, &failed)) {
			*problem = failed ? NULL : "the entry's packed data is cut off";
			inflate_flush(inflate);
			break;
		}
	}
	entry->layer.packed = entry->fetched - inflate->avail_in;
	return failed && inflate->next_out == buffer ? -1 : inflate->next_out - buffer;
}

/* At the declared size: there must be no more, and the CRC must fit. */
static void check_end(struct zip_entry *entry)
{
	const char *problem = NULL;
	uint8_t more;

	if (entry->item->method == WH_ZIP_DEFLATED && inflate_some(entry, &more, 1, &problem) > 0)
		end_with(entry, "the entry holds more than its declared size");
	else if (entry->layer.offset < entry->item->size && entry->item->is_salvaged)
		end_with(entry, "the entry's data is cut off");
	else if (entry->crc != entry->item->crc)
		end_with(entry, "the entry's CRC is wrong");
	else
		end_with(entry, NULL);
}

/* The end of data whose sizes stand after it: with a mark or without. */
static void check_behind(struct zip_entry *entry)
{
	uint8_t bytes[8] = {0};
	ssize_t got =
		stream_read_all_at(entry->archive, bytes, sizeof(bytes), zip_entry_get_end(entry));
	bool has_mark = memcmp(bytes, "PK\7\10", 4) == 0;
	uint32_t crc;

	if (got < 0 || !bytes_get_u32(bytes, (size_t)got, has_mark ? 4 : 0, &crc))
		end_with(entry, "the entry's CRC is cut off");
	else
		end_with(entry, crc == entry->crc ? NULL : "the entry's CRC is wrong");
}

static void took(struct zip_entry *entry, const uint8_t *data, size_t size)
{
	entry->crc = crc32_update(entry->crc, data, size);
	entry->layer.offset += size;
}

static ssize_t read_deflated(struct stream *stream, void *buffer, size_t size)
{
	struct zip_entry *entry = (struct zip_entry *)stream;
	const char *problem = NULL;
	ssize_t got;

	if (entry->ended || size == 0)
		return 0;
	size = MIN(size, entry->item->size - entry->layer.offset);
	got = size > 0 ? inflate_some(entry, buffer, size, &problem) : 0;
	if (got < 0)
		return -1;
	took(entry, buffer, (size_t)got);
	if (entry->layer.offset == entry->item->size)
		check_end(entry);
	else if (problem)
		end_with(entry, problem);
	else if (entry->inflate.block_state == ISAL_BLOCK_FINISH && entry->item->sizes_unknown)
		check_behind(entry);
	else if (entry->inflate.block_state == ISAL_BLOCK_FINISH)
		end_with(entry, "the entry ends before its declared size");
	return got;
}

static ssize_t read_stored_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	struct zip_entry *entry = (struct zip_entry *)stream;

	if (offset >= stream->size)
		return 0;
	size = MIN(size, stream->size - offset);
	return entry->archive->read_at(entry->archive, buffer, size, entry->begin + offset);
}

static ssize_t read_stored(struct stream *stream, void *buffer, size_t size)
{
	struct zip_entry *entry = (struct zip_entry *)stream;
	ssize_t got;

	if (entry->ended || size == 0)
		return 0;
	if (entry->layer.offset == 0)
		size = MIN(size, HEAD_SIZE);
	got = read_stored_at(stream, buffer, size, entry->layer.offset);
	if (got < 0)
		return -1;
	took(entry, buffer, (size_t)got);
	entry->layer.packed = entry->layer.offset;
	if (entry->layer.offset == stream->size)
		check_end(entry);
	else if (got == 0)
		end_with(entry, "the entry's data is cut off");
	return got;
}

static bool rewind_entry(struct layer *layer)
{
	struct zip_entry *entry = (struct zip_entry *)layer;

	if (entry->item->method == WH_ZIP_DEFLATED)
		inflate_begin(&entry->inflate);
	entry->inflate.next_in = entry->input;
	entry->inflate.avail_in = 0;
	entry->fetched = 0;
	entry->crc = 0;
	entry->ended = false;
	layer->offset = layer->packed = 0;
	return true;
}

static bool sizes_agree(const uint8_t *header, const uint8_t *extra, size_t extra_size,
			const struct zip_item *item)
{
	uint32_t crc = 0, packed = 0, size = 0;
	uint16_t id = 0;

	bytes_get_u32(header, WH_ZIP_LOCAL_HEADER, 14, &crc);
	bytes_get_u32(header, WH_ZIP_LOCAL_HEADER, 18, &packed);
	bytes_get_u32(header, WH_ZIP_LOCAL_HEADER, 22, &size);
	if (packed == UINT32_MAX || size == UINT32_MAX) {
		uint64_t packed_64 = item->packed, size_64 = item->size;

		/* Writers put the zip64 field first; in another place it is not looked for. */
		if (bytes_get_u16(extra, extra_size, 0, &id) && id == 0x0001) {
			bytes_get_u64(extra, extra_size, 4, &size_64);
			bytes_get_u64(extra, extra_size, 12, &packed_64);
		}
		return crc == item->crc && packed_64 == item->packed && size_64 == item->size;
	}
	return crc == item->crc && packed == item->packed && size == item->size;
}

/* What the local header says otherwise than the directory, or NULL. */
static const char *find_disagreement(const uint8_t *header, size_t held, uint16_t name_length,
				     uint16_t extra, const struct zip_directory *directory,
				     const struct zip_item *item)
{
	const uint8_t *after = header + WH_ZIP_LOCAL_HEADER;
	size_t left = held - WH_ZIP_LOCAL_HEADER;
	uint16_t flags = 0, method = 0;

	bytes_get_u16(header, held, 6, &flags);
	bytes_get_u16(header, held, 8, &method);
	/* Long names are compared as far as the first read goes. */
	if (name_length != item->name_length ||
	    memcmp(after, directory->names->data + item->name, MIN(left, name_length)) != 0)
		return "the entry's name is another in its local header than in the directory";
	if (method != item->method || (flags ^ item->flags) & WH_ZIP_ENCRYPTED)
		return "the entry's method is another in its local header than in the directory";
	if (flags & WH_ZIP_SIZES_BEHIND || left < (size_t)name_length + extra)
		return NULL;
	if (!sizes_agree(header, after + name_length, extra, item))
		return "the entry's size or CRC is another in its local header than in the "
		       "directory";
	return NULL;
}

/* Finds the packed data; what came along with the header is its beginning. */
static bool read_local_header(struct zip_entry *entry, const struct zip_directory *directory,
			      const char **problem)
{
	const struct zip_item *item = entry->item;
	struct stream *archive = entry->archive;
	uint16_t name_length = 0, extra = 0;
	const char *disagreement;
	ssize_t got = -1;

	if (item->offset < archive->size)
		got = stream_read_all_at(archive, entry->input,
					 MIN(HEAD_SIZE, archive->size - item->offset),
					 item->offset);
	if (got < WH_ZIP_LOCAL_HEADER || memcmp(entry->input, "PK\3\4", 4) != 0) {
		*problem = "no entry begins where the zip's directory says";
		return false;
	}
	bytes_get_u16(entry->input, (size_t)got, 26, &name_length);
	bytes_get_u16(entry->input, (size_t)got, 28, &extra);
	entry->begin = item->offset + WH_ZIP_LOCAL_HEADER + name_length + extra;
	if (entry->begin > item->end || item->packed > item->end - entry->begin) {
		*problem = "the entry overlaps what follows it";
		return false;
	}
	disagreement =
		find_disagreement(entry->input, (size_t)got, name_length, extra, directory, item);
	if (disagreement && !item->is_salvaged)
		layer_report(&entry->layer, FAULT_ARCHIVE_DAMAGED, disagreement);
	entry->layer.reported = false;
	entry->fetched =
		MIN((uint64_t)got - MIN((uint64_t)got, entry->begin - item->offset), item->packed);
	if (entry->fetched > 0)
		entry->inflate.next_in = entry->input + (entry->begin - item->offset);
	entry->inflate.avail_in = (uint32_t)entry->fetched;
	return true;
}

struct layer *zip_entry_open(struct zip_entry *entry, struct stream *archive,
			     const struct zip_directory *directory, const struct zip_item *item,
			     const char *name, const struct fault_sink *faults,
			     const char **problem)
{
	bool stored = item->method == WH_ZIP_STORED;

	entry->layer = (struct layer){
		.stream = {.path = archive->path,
			   .entry = name,
			   .read = stored ? read_stored : read_deflated,
			   .read_at = stored ? read_stored_at : NULL,
			   .size = stored ? MIN(item->packed, item->size) : 0},
		.rewind = rewind_entry,
		.faults = faults,
	};
	entry->archive = archive;
	entry->item = item;
	rewind_entry(&entry->layer);
	if (!read_local_header(entry, directory, problem))
		return NULL;
	if (stored && !item->is_salvaged && !(item->flags & WH_ZIP_ENCRYPTED) &&
	    item->packed != item->size) {
		layer_report(&entry->layer, FAULT_ARCHIVE_DAMAGED,
			     "the stored entry's packed size is not its size");
		entry->layer.reported = false;
	}
	return &entry->layer;
}
