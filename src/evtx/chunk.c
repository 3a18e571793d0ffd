/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/chunk.h"

#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"
#include "base/limits.h"
#include "evtx/binxml_instance.h"

#define RECORD_MAGIC "**\0\0"
#define LAST_RECORD_OFFSET 44
#define FREE_SPACE_OFFSET 48
#define RECORDS_CHECKSUM 52 /* CRC-32 of the records up to the free space */
#define HEADER_CHECKSUM 124
#define PREFETCHED 512
#define CACHE_LINE 64

static const char file_magic[WH_MAGIC_SIZE] = "ElfFile";
static const char chunk_magic[WH_MAGIC_SIZE] = "ElfChnk";

static bool begins_with(const uint8_t *data, size_t size, const char magic[WH_MAGIC_SIZE])
{
	return size >= WH_MAGIC_SIZE && memcmp(data, magic, WH_MAGIC_SIZE) == 0;
}

bool evtx_has_file_header(const uint8_t *data, size_t size)
{
	return begins_with(data, size, file_magic);
}

bool evtx_is_log(const uint8_t *data, size_t size)
{
	return begins_with(data, size, file_magic) ||
	       memmem(data, MIN(size, WH_FILE_HEADER_SIZE + WH_MAGIC_SIZE), chunk_magic,
		      WH_MAGIC_SIZE);
}

void chunk_stream_init(struct chunk_stream *chunks, struct reader *reader,
		       const struct fault_sink *faults)
{
	*chunks = (struct chunk_stream){.reader = reader, .faults = faults, .end = UINT64_MAX};
}

static void report(const struct chunk_stream *chunks, const char *what, uint64_t offset,
		   uint64_t need, uint64_t have)
{
	const struct stream *stream = chunks->reader->stream;
	struct fault fault = {.code = FAULT_CHUNK_DAMAGED,
			      .what = what,
			      .path = stream->path,
			      .entry = stream->entry,
			      .offset = offset,
			      .has_offset = true,
			      .need = need,
			      .have = have};

	fault_report(chunks->faults, &fault);
}

static bool is_zero(const uint8_t *data, size_t size)
{
	return size == 0 || (data[0] == 0 && memcmp(data, data + 1, size - 1) == 0);
}

size_t chunk_find_magic(const uint8_t *data, size_t size)
{
	const uint8_t *chunk = memmem(data, size, chunk_magic, WH_MAGIC_SIZE);

	return chunk ? (size_t)(chunk - data) : size;
}

size_t chunk_find_log_magic(const uint8_t *data, size_t size)
{
	size_t chunk = chunk_find_magic(data, size);
	const uint8_t *file = memmem(data, chunk, file_magic, WH_MAGIC_SIZE);

	return file ? (size_t)(file - data) : chunk;
}

/* Steps over bytes that are no chunk, up to the next magic. Unused space is zeros. */
static void skip_gap(struct chunk_stream *chunks)
{
	uint64_t start = chunks->reader->offset;
	bool zero = true;
	const uint8_t *data;
	size_t size;

	while ((size = reader_peek(chunks->reader, WH_CHUNK_SIZE, &data)) > 0) {
		bool is_unused = is_zero(data, size);
		size_t gap = is_unused ? size : chunk_find_log_magic(data, size);

		/* A magic may begin in the last bytes seen. */
		if (gap == size && size == WH_CHUNK_SIZE && !is_unused)
			gap = size - (WH_MAGIC_SIZE - 1);
		zero = zero && (is_unused || is_zero(data, gap));
		reader_skip(chunks->reader, gap);
		if (gap < size && size - gap >= WH_MAGIC_SIZE)
			break;
	}
	if (!zero)
		report(chunks, "bytes that belong to no chunk", start, 0,
		       chunks->reader->offset - start);
}

/* A file header that bytes were lost of ends where the first chunk begins. */
static void skip_file_header(struct chunk_stream *chunks)
{
	const uint8_t *data;
	size_t size = reader_peek(chunks->reader, WH_FILE_HEADER_SIZE + WH_MAGIC_SIZE, &data);
	const uint8_t *chunk = memmem(data, size, chunk_magic, WH_MAGIC_SIZE);

	size = MIN(size, WH_FILE_HEADER_SIZE);
	if (chunks->at_header)
		chunks->at_header(chunks->context, data, size, chunks->reader->offset);
	if (chunk && (size_t)(chunk - data) < size) {
		size = (size_t)(chunk - data);
		report(chunks, "file header is cut off", chunks->reader->offset,
		       WH_FILE_HEADER_SIZE, size);
	}
	reader_skip(chunks->reader, size);
}

/*
 * How much of the chunk at the reader is its own. When bytes of it are lost, the next
 * chunk begins inside its 64 KiB; that is worth looking for only where neither the end
 * of the stream nor a chunk or file header stands in the right place.
 */
size_t chunk_own_size(struct reader *reader)
{
	const uint8_t *data;
	size_t size = reader_peek(reader, WH_CHUNK_SIZE + WH_MAGIC_SIZE, &data);
	size_t next;

	if (size == WH_CHUNK_SIZE)
		return size;
	if (size == WH_CHUNK_SIZE + WH_MAGIC_SIZE &&
	    (begins_with(data + WH_CHUNK_SIZE, WH_MAGIC_SIZE, chunk_magic) ||
	     begins_with(data + WH_CHUNK_SIZE, WH_MAGIC_SIZE, file_magic)))
		return WH_CHUNK_SIZE;
	/* The next magic may begin in the last bytes of the 64 KiB and end after them. */
	next = WH_MAGIC_SIZE + chunk_find_log_magic(data + WH_MAGIC_SIZE, size - WH_MAGIC_SIZE);
	return MIN(next, MIN(size, WH_CHUNK_SIZE));
}

/*
 * A chunk that stands where the format puts one ends what reaches over it, so that a log is the
 * same from wherever such a chunk stands.
 */
static size_t own_size_in_log(struct reader *reader)
{
	size_t size = chunk_own_size(reader);
	uint64_t begin = reader->offset + WH_CHUNK_SIZE - WH_FILE_HEADER_SIZE;
	size_t next = WH_CHUNK_SIZE - begin % WH_CHUNK_SIZE;
	const uint8_t *data;

	if (next >= size)
		return size;
	reader_peek(reader, size, &data);
	return begins_with(data + next, size - next, chunk_magic) ? next : size;
}

bool chunk_stream_next(struct chunk_stream *chunks, struct chunk *out)
{
	const uint8_t *data;
	size_t size;

	reader_skip(chunks->reader, chunks->pending);
	chunks->pending = 0;
	while ((size = reader_peek(chunks->reader, WH_CHUNK_SIZE, &data)) > 0) {
		if (begins_with(data, size, chunk_magic))
			break;
		if (begins_with(data, size, file_magic))
			skip_file_header(chunks);
		else
			skip_gap(chunks);
	}
	if (size == 0 || chunks->reader->offset >= chunks->end)
		return false;
	size = own_size_in_log(chunks->reader);
	reader_peek(chunks->reader, size, &data);
	if (size < WH_CHUNK_SIZE)
		report(chunks, "chunk is cut off", chunks->reader->offset, WH_CHUNK_SIZE, size);
	chunks->pending = size;
	*out = (struct chunk){data, size, chunks->reader->offset};
	return true;
}

/* The header's own checksum leaves out bytes 120 to 127, where it and the flags stand. */
bool chunk_has_sound_header(const uint8_t *data, size_t size)
{
	uint32_t stored, crc;

	if (!bytes_get_u32(data, size, HEADER_CHECKSUM, &stored) || size < WH_RECORDS_OFFSET)
		return false;
	crc = crc32_update(0, data, 120);
	return crc32_update(crc, data + 128, WH_RECORDS_OFFSET - 128) == stored;
}

bool chunk_has_sound_records(const uint8_t *data, size_t size)
{
	uint32_t end = 0, crc = 0;

	bytes_get_u32(data, size, FREE_SPACE_OFFSET, &end);
	bytes_get_u32(data, size, RECORDS_CHECKSUM, &crc);
	return end >= WH_RECORDS_OFFSET && end <= MIN(size, WH_CHUNK_SIZE) &&
	       crc32_update(0, data + WH_RECORDS_OFFSET, end - WH_RECORDS_OFFSET) == crc;
}

size_t chunk_get_vouched_end(const uint8_t *data, size_t size)
{
	uint32_t end = 0;

	if (!chunk_has_sound_header(data, size) || !chunk_has_sound_records(data, size))
		return 0;
	bytes_get_u32(data, size, FREE_SPACE_OFFSET, &end);
	return end;
}

/* A run is at least twice as long as the steps, so one of the steps lands in it. */
bool chunk_has_lost_bytes(const uint8_t *data, size_t size)
{
	uint64_t word = 0;
	size_t run;

	for (size_t at = 0; bytes_get_u64(data, size, at, &word); at += WH_LOST_ZEROS / 2) {
		if (word)
			continue;
		while (at > 0 && data[at - 1] == 0)
			at--;
		for (run = 0; at + run < size && data[at + run] == 0;)
			run++;
		if (run >= WH_LOST_ZEROS)
			return true;
		at += run;
	}
	return false;
}

void record_walk_init(struct record_walk *walk, const struct chunk *chunk)
{
	uint32_t end = 0, last = 0;

	bytes_get_u32(chunk->data, chunk->size, FREE_SPACE_OFFSET, &end);
	bytes_get_u32(chunk->data, chunk->size, LAST_RECORD_OFFSET, &last);
	/* A header that contradicts itself or the format says nothing of the end. */
	if (end < WH_RECORDS_OFFSET || end > WH_CHUNK_SIZE || end <= last)
		end = WH_CHUNK_SIZE;
	if (end > chunk->size)
		end = (uint32_t)chunk->size;
	*walk = (struct record_walk){.chunk = chunk, .offset = WH_RECORDS_OFFSET, .end = end};
}

enum framing { FRAMING_WHOLE, FRAMING_NONE, FRAMING_CUT_OFF, FRAMING_DAMAGED };

static enum framing read_framing(const struct chunk *chunk, uint32_t offset, struct record *out)
{
	const uint8_t *data = chunk->data;
	size_t size = chunk->size;
	uint32_t copy;

	if (!bytes_inside(size, offset, WH_RECORD_HEADER))
		return size < WH_CHUNK_SIZE && offset < size ? FRAMING_CUT_OFF : FRAMING_NONE;
	if (memcmp(data + offset, RECORD_MAGIC, 4) != 0)
		return FRAMING_NONE;
	out->offset = offset;
	out->uncounted = false;
	bytes_get_u32(data, size, offset + 4, &out->size);
	bytes_get_u64(data, size, offset + 8, &out->id);
	bytes_get_u64(data, size, offset + 16, &out->time);
	if (out->size < WH_RECORD_MINIMUM || out->size > WH_CHUNK_SIZE - offset)
		return FRAMING_DAMAGED;
	if (!bytes_get_u32(data, size, offset + out->size - 4, &copy))
		return FRAMING_CUT_OFF;
	return copy == out->size ? FRAMING_WHOLE : FRAMING_DAMAGED;
}

bool chunk_find_record(const struct chunk *chunk, uint32_t from, uint32_t end, struct record *out)
{
	struct record record;

	while (from < end) {
		const uint8_t *at = memmem(chunk->data + from, end - from, RECORD_MAGIC, 4);

		if (!at)
			return false;
		from = (uint32_t)(at - chunk->data);
		if (read_framing(chunk, from, &record) == FRAMING_WHOLE) {
			*out = record;
			return true;
		}
		from++;
	}
	return false;
}

/* Can it stand after the last record, with nothing but records between them? */
static bool continues(const struct record_walk *walk, const struct record *record)
{
	return !walk->any || (record->id > walk->last_id &&
			      record->id - walk->last_id <= WH_CHUNK_SIZE / WH_RECORD_MINIMUM);
}

/* The next offset from `from` on where a whole record stands, or the chunk's end. */
static uint32_t find_record(const struct record_walk *walk, uint32_t from)
{
	struct record record;

	while (chunk_find_record(walk->chunk, from, walk->end, &record)) {
		if (!walk->numbered || continues(walk, &record))
			return record.offset;
		from = record.offset + record.size;
	}
	return walk->end;
}

/* Where the record after a damaged one begins, or the end of the records. */
static uint32_t find_follower(const struct record_walk *walk, const struct record *damaged)
{
	const struct chunk *chunk = walk->chunk;
	uint32_t from = damaged->offset + WH_RECORD_MINIMUM;
	struct record record;

	while (from < walk->end) {
		const uint8_t *at = memmem(chunk->data + from, walk->end - from, RECORD_MAGIC, 4);
		enum framing framing;

		if (!at)
			break;
		from = (uint32_t)(at - chunk->data);
		framing = read_framing(chunk, from, &record);
		/* The follower may be damaged as well; its number then tells it from chance. */
		if (framing == FRAMING_WHOLE ||
		    (framing == FRAMING_DAMAGED && record.id == damaged->id + 1))
			return from;
		from++;
	}
	return walk->end;
}

/*
 * A record begins where one should, with BinXML after its header, but its size and the copy
 * of it disagree: it reaches as far as the record that follows. BinXML tells its own end.
 */
static bool repair_size(const struct record_walk *walk, struct record *record)
{
	const struct chunk *chunk = walk->chunk;
	uint32_t follower;

	if (record->offset + WH_RECORD_MINIMUM > walk->end ||
	    !binxml_is_fragment(chunk->data, chunk->size, record->offset + WH_RECORD_HEADER))
		return false;
	follower = find_follower(walk, record);
	record->size = follower - record->offset;
	return true;
}

static void set_fault(const struct record_walk *walk, enum framing framing,
		      const struct record *record, struct fault *fault)
{
	const struct chunk *chunk = walk->chunk;

	*fault = (struct fault){.code = FAULT_RECORD_DAMAGED,
				.offset = chunk->offset + walk->offset,
				.has_offset = true};
	if (framing == FRAMING_CUT_OFF) {
		fault->what = "record is cut off";
		fault->have = chunk->size - walk->offset;
		fault->need = fault->have < WH_RECORD_HEADER ? WH_RECORD_HEADER : record->size;
	} else if (framing == FRAMING_DAMAGED) {
		fault->what = "record has a damaged size";
	} else {
		fault->what = "no record where one should begin";
	}
}

/*
 * A log that was being written when it was copied has records that its chunk header
 * does not count yet: they follow on with the next identifier. Older records in
 * the slack of a reused chunk do not.
 */
static bool is_uncounted(const struct record_walk *walk, const struct record *record)
{
	return walk->any && record->id == walk->last_id + 1;
}

/* Where the next record's values are told, and the first of them: whoever walks looks there, and
 * until then they come from the slower cache. */
static void prefetch(const struct record_walk *walk)
{
	const struct chunk *chunk = walk->chunk;

	for (uint32_t i = 0; i < PREFETCHED; i += CACHE_LINE)
		if (walk->offset + i < chunk->size)
			__builtin_prefetch(chunk->data + walk->offset + i);
}

static bool take_record(struct record_walk *walk, const struct record *record, struct record *out)
{
	*out = *record;
	out->uncounted = walk->offset >= walk->end;
	walk->offset += record->size;
	prefetch(walk);
	walk->last_id = record->id;
	walk->any = true;
	return true;
}

/* What stands where the next record should, as far as it is the chunk's own. */
static enum framing read_next(const struct record_walk *walk, struct record *out)
{
	enum framing framing = read_framing(walk->chunk, walk->offset, out);

	if (walk->numbered && (framing == FRAMING_WHOLE || framing == FRAMING_DAMAGED) &&
	    !continues(walk, out))
		return FRAMING_NONE;
	return framing;
}

bool record_walk_next(struct record_walk *walk, struct record *out, struct fault *fault)
{
	fault->what = NULL;
	while (walk->offset < WH_CHUNK_SIZE) {
		struct record record;
		enum framing framing = read_next(walk, &record);
		bool counted = walk->offset < walk->end;

		if (framing == FRAMING_WHOLE && (counted || is_uncounted(walk, &record)))
			return take_record(walk, &record, out);
		if (!counted)
			return false;
		if (is_zero(walk->chunk->data + walk->offset, walk->end - walk->offset))
			return false;
		if (!fault->what)
			set_fault(walk, framing, &record, fault);
		if (framing == FRAMING_DAMAGED && repair_size(walk, &record))
			return take_record(walk, &record, out);
		walk->offset = find_record(walk, walk->offset + 1);
	}
	return false;
}
