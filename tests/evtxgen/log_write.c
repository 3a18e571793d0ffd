/* SPDX-License-Identifier: Apache-2.0 */
#include "log_write.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"

#define WH_FLAG_DIRTY 1

void log_writer_init(struct log_writer *log, struct log_sink sink)
{
	memset(log, 0, sizeof *log);
	log->sink = sink;
	chunk_writer_begin(&log->chunk);
}

static bool write_bytes(struct log_writer *log, const uint8_t *data, size_t size, GError **error)
{
	return log->sink.write == NULL || log->sink.write(log->sink.context, data, size, error);
}

static void fill_header(uint8_t *header, const struct log_counts *counts, uint32_t flags)
{
	memcpy(header, "ElfFile", 8);
	bytes_put_u64(header + 8, 0);
	bytes_put_u64(header + 16, counts->chunks > 0 ? counts->chunks - 1 : 0);
	bytes_put_u64(header + 24, counts->last_id + 1);
	bytes_put_u32(header + 32, 128);
	bytes_put_u16(header + 36, 1);
	bytes_put_u16(header + 38, 3);
	bytes_put_u16(header + 40, WH_FILE_HEADER_SIZE);
	/* Past 65,535 chunks the format has no room for the number. */
	bytes_put_u16(header + 42, (uint16_t)counts->chunks);
	bytes_put_u32(header + 120, flags);
	bytes_put_u32(header + 124, crc32_update(0, header, 120));
}

bool log_write_header(struct log_writer *log, enum file_header header,
		      const struct log_counts *counts, GError **error)
{
	uint8_t block[WH_FILE_HEADER_SIZE] = {0};

	switch (header) {
	case HEADER_NONE:
		return true;
	case HEADER_DAMAGED:
		memset(block, 0xe5, sizeof block);
		break;
	case HEADER_NORMAL:
	case HEADER_DIRTY:
		fill_header(block, counts, header == HEADER_DIRTY ? WH_FLAG_DIRTY : 0);
		break;
	}
	return write_bytes(log, block, sizeof block, error);
}

bool log_end_chunk(struct log_writer *log, GError **error)
{
	struct chunk_writer *chunk = &log->chunk;

	if (chunk->records == 0)
		return true;
	if (log->sink.write != NULL)
		chunk_seal(chunk, log->counts.records + 1);
	if (!write_bytes(log, chunk->data, sizeof chunk->data, error))
		return false;
	log->counts.chunks++;
	log->counts.records += chunk->records;
	log->counts.last_id = chunk->last_id;
	chunk_writer_begin(chunk);
	return true;
}

bool log_pad(struct log_writer *log, uint64_t chunks, GError **error)
{
	static const uint8_t unused[WH_CHUNK_SIZE];

	for (uint64_t i = log->counts.chunks; i < chunks; i++)
		if (!write_bytes(log, unused, sizeof unused, error))
			return false;
	return true;
}
