/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/log_check.h"

#include <glib.h>

#include "base/bytes.h"
#include "base/crc32.h"
#include "base/limits.h"

/*
 * File header. Source: libyal, "Windows XML Event Log (EVTX) format"; the bytes after the count
 * are zero in all real logs seen, and since version 3.2 they are its upper half.
 */
#define NEXT_ID 24
#define MINOR_VERSION 36
#define CHUNK_COUNT 42
#define FLAGS 120
#define CHECKSUM 124
#define FLAG_DIRTY 1
#define FLAG_FULL 2

void log_check_init(struct log_check *check, const struct fault_sink *faults,
		    const struct stream *stream)
{
	*check = (struct log_check){.faults = faults, .stream = stream, .header.is_open = true};
}

static void report(const struct log_check *check, enum fault_code code, uint64_t offset, char *what)
{
	struct fault fault = {.code = code,
			      .what = what,
			      .path = check->stream->path,
			      .entry = check->stream->entry,
			      .offset = offset,
			      .has_offset = true};

	fault_report(check->faults, &fault);
	g_free(what);
}

bool log_header_read(const uint8_t *header, size_t size, struct log_header *out)
{
	uint32_t checksum, flags = 0, long_count = 0;
	uint16_t minor = 0, count = 0;

	if (size < WH_LOG_HEADER_USED || !bytes_get_u32(header, size, CHECKSUM, &checksum) ||
	    crc32_update(0, header, 120) != checksum)
		return false;
	bytes_get_u64(header, WH_LOG_HEADER_USED, NEXT_ID, &out->next_id);
	bytes_get_u16(header, WH_LOG_HEADER_USED, MINOR_VERSION, &minor);
	bytes_get_u16(header, WH_LOG_HEADER_USED, CHUNK_COUNT, &count);
	bytes_get_u32(header, WH_LOG_HEADER_USED, CHUNK_COUNT, &long_count);
	bytes_get_u32(header, WH_LOG_HEADER_USED, FLAGS, &flags);
	out->is_count_short = minor < 2;
	out->counted = out->is_count_short ? count : long_count;
	out->is_open = flags & FLAG_DIRTY;
	out->is_full = flags & FLAG_FULL;
	return true;
}

void log_check_begin(struct log_check *check, const uint8_t *header, size_t size, uint64_t offset)
{
	log_check_end(check);
	log_check_init(check, check->faults, check->stream);
	check->offset = offset;
	check->has_header = log_header_read(header, size, &check->header);
	if (!check->has_header)
		report(check, FAULT_HEADER_DAMAGED, offset,
		       g_strdup(size < WH_LOG_HEADER_USED ? "file header is cut off"
							  : "file header has a wrong checksum"));
}

static void report_missing(const struct log_check *check, const struct log_chunk *chunk,
			   uint64_t count)
{
	report(check, FAULT_RECORDS_MISSING, chunk->offset,
	       g_strdup_printf("%" G_GUINT64_FORMAT " records are missing before this chunk: "
			       "taken out, or lost to damage",
			       count));
}

/* A chunk and the one that stands right before it. */
static void compare_neighbours(struct log_check *check, const struct log_chunk *chunk)
{
	const struct chunk_ids *ids = &chunk->ids;

	if (!check->any_before || chunk->offset != check->next_offset)
		return;
	if (ids->first <= check->last_id)
		check->falls++;
	else if (ids->first > check->last_hidden_id + 1)
		report_missing(check, chunk, ids->first - check->last_hidden_id - 1);
	if (check->falls == 2 && ids->first <= check->last_id)
		report(check, FAULT_CHUNK_DAMAGED, chunk->offset,
		       g_strdup_printf("chunks out of order: record %" G_GUINT64_FORMAT
				       " follows record %" G_GUINT64_FORMAT,
				       ids->first, check->last_id));
}

/* Where a chunk of zeros stands before others: what it held was overwritten, or is not copied. */
static void find_hole(struct log_check *check, const struct log_chunk *chunk)
{
	bool is_first = check->chunks == 0;
	uint64_t start = is_first ? check->offset + WH_FILE_HEADER_SIZE : check->next_offset;

	if (check->hole_end || chunk->offset < start + WH_CHUNK_SIZE)
		return;
	if (!is_first && (!check->any_before || chunk->ids.first <= check->last_hidden_id + 1))
		return;
	check->hole = start;
	check->hole_end = chunk->offset;
}

void log_check_add(struct log_check *check, const struct log_chunk *chunk)
{
	const struct chunk_ids *ids = &chunk->ids;

	if (check->has_header && ids->any)
		find_hole(check, chunk);
	check->chunks++;
	check->is_damaged |= chunk->is_damaged;
	if (ids->any) {
		if (check->has_header)
			compare_neighbours(check, chunk);
		if (!check->any)
			check->first_id = ids->first;
		check->last_id = ids->last;
		check->last_hidden_id = ids->last_hidden;
		check->highest_id = MAX(check->highest_id, ids->last);
		check->any = true;
	}
	check->any_before = ids->any;
	check->next_offset = chunk->offset + WH_CHUNK_SIZE;
}

static bool count_differs(const struct log_check *check)
{
	uint64_t found = check->chunks;

	if (check->header.is_count_short && found > UINT16_MAX)
		return !check->header.is_open && (uint16_t)found != check->header.counted;
	return found < check->header.counted ||
	       (found > check->header.counted && !check->header.is_open);
}

static void report_count(const struct log_check *check)
{
	char *what;

	if (check->chunks < check->header.counted)
		what = g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
				       " chunks: the others are cut off or overwritten",
				       check->chunks, check->header.counted);
	else
		what = g_strdup_printf("%" G_GUINT64_FORMAT
				       " chunks, where the file header counts %" G_GUINT64_FORMAT,
				       check->chunks, check->header.counted);
	report(check, FAULT_CHUNKS_MISSING, check->offset, what);
}

/* Records that were logged after the last one that is there, or that it does not count. */
static bool next_id_differs(const struct log_check *check)
{
	return check->any && !check->is_damaged &&
	       (check->header.next_id > check->highest_id + 1 ||
		(check->header.next_id != check->highest_id + 1 && !check->header.is_open));
}

void log_check_end(struct log_check *check)
{
	if (!check->has_header)
		return;
	check->has_header = false;
	if (count_differs(check))
		report_count(check);
	else if (check->hole_end)
		report(check, FAULT_CHUNKS_MISSING, check->hole,
		       g_strdup_printf("%" G_GUINT64_FORMAT
				       " bytes before a chunk hold none: overwritten, or lost",
				       check->hole_end - check->hole));
	else if (next_id_differs(check))
		report(check, FAULT_RECORDS_MISSING, check->offset,
		       g_strdup_printf("the last record is %" G_GUINT64_FORMAT
				       ", where the file header says that the next one is "
				       "%" G_GUINT64_FORMAT,
				       check->highest_id, check->header.next_id));
	else if (check->falls == 1 && check->first_id != check->last_id + 1)
		report(check, FAULT_RECORDS_MISSING, check->offset,
		       g_strdup_printf("the log wraps around from record %" G_GUINT64_FORMAT
				       " to record %" G_GUINT64_FORMAT,
				       check->last_id, check->first_id));
}
