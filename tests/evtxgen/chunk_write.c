/* SPDX-License-Identifier: Apache-2.0 */
#include "chunk_write.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"

#define WH_RECORD_MAGIC 0x2a2au
#define WH_NAME_TABLE_AT 0x80
#define WH_TEMPLATE_TABLE_AT 0x180

void chunk_writer_begin(struct chunk_writer *chunk)
{
	uint64_t serial = chunk->serial + 1;

	memset(chunk, 0, sizeof *chunk);
	chunk->serial = serial;
	chunk->used = WH_CHUNK_HEADER_SIZE;
}

void chunk_add(struct chunk_writer *chunk, const void *data, size_t size)
{
	if (size > sizeof chunk->data - chunk->used) {
		chunk->overflow = true;
		return;
	}
	if (size > 0)
		memcpy(chunk->data + chunk->used, data, size);
	chunk->used += size;
}

void chunk_add_u8(struct chunk_writer *chunk, uint8_t value)
{
	chunk_add(chunk, &value, 1);
}

void chunk_add_u16(struct chunk_writer *chunk, uint16_t value)
{
	uint8_t bytes[2];

	bytes_put_u16(bytes, value);
	chunk_add(chunk, bytes, sizeof bytes);
}

void chunk_add_u32(struct chunk_writer *chunk, uint32_t value)
{
	uint8_t bytes[4];

	bytes_put_u32(bytes, value);
	chunk_add(chunk, bytes, sizeof bytes);
}

void chunk_add_u64(struct chunk_writer *chunk, uint64_t value)
{
	uint8_t bytes[8];

	bytes_put_u64(bytes, value);
	chunk_add(chunk, bytes, sizeof bytes);
}

size_t chunk_open_size(struct chunk_writer *chunk)
{
	size_t at = chunk->used;

	chunk_add_u32(chunk, 0);
	return at;
}

void chunk_close_size(struct chunk_writer *chunk, size_t at)
{
	if (!chunk->overflow)
		bytes_put_u32(chunk->data + at, (uint32_t)(chunk->used - at - 4));
}

void chunk_open_record(struct chunk_writer *chunk, uint64_t id, uint64_t filetime)
{
	chunk->open.used = chunk->used;
	chunk->open.id = id;
	memcpy(chunk->open.names, chunk->names, sizeof chunk->names);
	memcpy(chunk->open.templates, chunk->templates, sizeof chunk->templates);
	chunk_add_u32(chunk, WH_RECORD_MAGIC);
	chunk_add_u32(chunk, 0);
	chunk_add_u64(chunk, id);
	chunk_add_u64(chunk, filetime);
}

static void take_record_back(struct chunk_writer *chunk)
{
	memset(chunk->data + chunk->open.used, 0, chunk->used - chunk->open.used);
	chunk->used = chunk->open.used;
	chunk->overflow = false;
	memcpy(chunk->names, chunk->open.names, sizeof chunk->names);
	memcpy(chunk->templates, chunk->open.templates, sizeof chunk->templates);
}

bool chunk_close_record(struct chunk_writer *chunk)
{
	static const uint8_t padding[8];
	size_t size = chunk->used - chunk->open.used + 4;

	/* Windows keeps every record at a multiple of eight. */
	chunk_add(chunk, padding, -size & 7);
	size += -size & 7;
	chunk_add_u32(chunk, (uint32_t)size);
	if (chunk->overflow) {
		take_record_back(chunk);
		return false;
	}
	bytes_put_u32(chunk->data + chunk->open.used + 4, (uint32_t)size);
	if (chunk->records++ == 0)
		chunk->first_id = chunk->open.id;
	chunk->last_id = chunk->open.id;
	chunk->last_record = (uint32_t)chunk->open.used;
	return true;
}

static void put_tables(struct chunk_writer *chunk)
{
	for (size_t i = 0; i < WH_NAME_BUCKETS; i++)
		bytes_put_u32(chunk->data + WH_NAME_TABLE_AT + 4 * i, chunk->names[i]);
	for (size_t i = 0; i < WH_TEMPLATE_BUCKETS; i++)
		bytes_put_u32(chunk->data + WH_TEMPLATE_TABLE_AT + 4 * i, chunk->templates[i]);
}

void chunk_seal(struct chunk_writer *chunk, uint64_t first_number)
{
	uint8_t *header = chunk->data;
	uint32_t crc;

	memcpy(header, "ElfChnk", 8);
	bytes_put_u64(header + 8, first_number);
	bytes_put_u64(header + 16, first_number + chunk->records - 1);
	bytes_put_u64(header + 24, chunk->first_id);
	bytes_put_u64(header + 32, chunk->last_id);
	bytes_put_u32(header + 40, 128);
	bytes_put_u32(header + 44, chunk->last_record);
	bytes_put_u32(header + 48, (uint32_t)chunk->used);
	bytes_put_u32(header + 52, crc32_update(0, chunk->data + WH_CHUNK_HEADER_SIZE,
						chunk->used - WH_CHUNK_HEADER_SIZE));
	bytes_put_u32(header + 120, 1);
	put_tables(chunk);
	crc = crc32_update(0, header, 120);
	crc = crc32_update(crc, header + 128, WH_CHUNK_HEADER_SIZE - 128);
	bytes_put_u32(header + 124, crc);
}
