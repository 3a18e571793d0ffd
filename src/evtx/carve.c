/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/carve.h"

#include <glib.h>

#include "base/limits.h"

void carver_init(struct carver *carver, struct reader *reader, bool in_log,
		 const struct fault_sink *faults)
{
	*carver = (struct carver){.reader = reader, .in_log = in_log, .faults = faults};
}

static void report(const struct carver *carver, const char *what, uint64_t need, uint64_t have)
{
	const struct reader *reader = carver->reader;
	struct fault fault = {.code = FAULT_CHUNK_DAMAGED,
			      .what = what,
			      .path = reader->stream->path,
			      .entry = reader->stream->entry,
			      .offset = reader->offset,
			      .has_offset = true,
			      .need = need,
			      .have = have};

	fault_report(carver->faults, &fault);
}

static bool is_in_place(const struct carver *carver)
{
	uint64_t offset = carver->reader->offset;

	return carver->in_log && offset >= WH_FILE_HEADER_SIZE &&
	       (offset - WH_FILE_HEADER_SIZE) % WH_CHUNK_SIZE == 0;
}

/*
 * How many bytes to search at once: what the reader has, so that it need not move what is left;
 * in a log up to the next place, to stop there.
 */
static size_t stride(const struct carver *carver)
{
	uint64_t offset = carver->reader->offset;
	size_t held = carver->reader->end - carver->reader->start;

	if (!carver->in_log)
		return held < WH_MAGIC_SIZE ? WH_READER_SIZE : held;
	if (offset < WH_FILE_HEADER_SIZE)
		return WH_FILE_HEADER_SIZE - offset + WH_MAGIC_SIZE - 1;
	return WH_CHUNK_SIZE - (offset - WH_FILE_HEADER_SIZE) % WH_CHUNK_SIZE + WH_MAGIC_SIZE - 1;
}

static bool holds_record(const uint8_t *data, size_t size)
{
	const struct chunk chunk = {data, size, 0};
	struct record record;

	return chunk_find_record(&chunk, WH_RECORDS_OFFSET, (uint32_t)size, &record);
}

/* Moves the reader to the next chunk. */
static bool find_chunk(struct carver *carver, bool *has_header)
{
	const uint8_t *data;
	size_t size, want;

	while (want = stride(carver), (size = reader_peek(carver->reader, want, &data)) > 0) {
		size_t gap = chunk_find_magic(data, size);
		size_t place = MIN(size, WH_CHUNK_SIZE);

		*has_header = gap == 0;
		if (*has_header ||
		    (is_in_place(carver) && gap >= place && holds_record(data, place)))
			return true;
		/* A magic may begin in the last bytes seen. */
		if (gap == size && size == want)
			gap = size - (WH_MAGIC_SIZE - 1);
		reader_skip(carver->reader, gap);
	}
	return false;
}

/* In a page file only the first pages of a chunk may be its own. */
static size_t own_size(struct carver *carver)
{
	const uint8_t *data;
	size_t size = reader_peek(carver->reader, WH_CHUNK_SIZE + WH_MAGIC_SIZE, &data);
	size_t own = MIN(size, WH_CHUNK_SIZE);
	size_t next = WH_MAGIC_SIZE;

	next += chunk_find_log_magic(data + next, size - next);
	if (next < own) {
		size_t vouched = chunk_get_vouched_end(data, size);

		if (vouched > next)
			next = vouched + chunk_find_log_magic(data + vouched, size - vouched);
	}
	return MIN(next, own);
}

bool carver_next(struct carver *carver, struct carved *out)
{
	struct carved carved;
	const uint8_t *data;
	size_t size;

	reader_skip(carver->reader, carver->pending);
	carver->pending = 0;
	if (!find_chunk(carver, &carved.has_header))
		return false;
	carved.in_place = is_in_place(carver);
	size = carved.in_place ? chunk_own_size(carver->reader) : own_size(carver);
	reader_peek(carver->reader, size, &data);
	if (!carved.has_header)
		report(carver, "chunk without its header", 0, 0);
	if (size < WH_CHUNK_SIZE)
		report(carver, "chunk is cut off", WH_CHUNK_SIZE, size);
	carved.chunk = (struct chunk){data, size, carver->reader->offset};
	carver->pending = size;
	*out = carved;
	return true;
}
