/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/archives/zip_write.h"

#include <stdlib.h>
#include <string.h>

#define IN_ZIP64 0xffffffffu
#define DESCRIPTOR_FLAG 8u
#define MADE_BY_UNIX 3u

static void add_number(GByteArray *out, uint64_t value, unsigned size)
{
	uint8_t bytes[8];

	for (unsigned i = 0; i < size; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
	g_byte_array_append(out, bytes, size);
}

static void add_text(GByteArray *out, const char *text)
{
	g_byte_array_append(out, (const uint8_t *)text, (guint)strlen(text));
}

static uint64_t version_of(const struct zip_told *told)
{
	return told->zip64 ? 45 : 20;
}

static uint64_t flags_of(const struct zip_told *told)
{
	return told->flags | (told->descriptor ? DESCRIPTOR_FLAG : 0);
}

/* Version, flags, method, a fixed time and date. */
static void add_common(const struct zip_told *told, GByteArray *out)
{
	add_number(out, version_of(told), 2);
	add_number(out, flags_of(told), 2);
	add_number(out, told->method, 2);
	add_number(out, 0x6000, 2);
	add_number(out, 0x5721, 2);
}

static void add_sizes(uint64_t crc, uint64_t packed, uint64_t size, bool zip64, GByteArray *out)
{
	add_number(out, crc, 4);
	add_number(out, zip64 ? IN_ZIP64 : packed, 4);
	add_number(out, zip64 ? IN_ZIP64 : size, 4);
}

static void add_zip64_extra(const struct zip_told *told, bool with_offset, GByteArray *out)
{
	if (!told->zip64)
		return;
	add_number(out, 1, 2);
	add_number(out, with_offset ? 24 : 16, 2);
	add_number(out, told->size, 8);
	add_number(out, told->packed, 8);
	if (with_offset)
		add_number(out, told->offset, 8);
}

void zip_writer_init(struct zip_writer *writer, FILE *file)
{
	*writer = (struct zip_writer){.file = file, .directory = g_byte_array_new()};
}

void zip_writer_release(struct zip_writer *writer)
{
	g_byte_array_unref(writer->directory);
}

void zip_local_append(const struct zip_told *told, GByteArray *out)
{
	bool later = told->descriptor != 0;

	add_number(out, 0x04034b50, 4);
	add_common(told, out);
	add_sizes(later ? 0 : told->crc, later ? 0 : told->packed, later ? 0 : told->size,
		  told->zip64, out);
	add_number(out, strlen(told->name), 2);
	add_number(out, told->zip64 ? 20 : 0, 2);
	add_text(out, told->name);
	add_zip64_extra(told, false, out);
}

void zip_write_bytes(struct zip_writer *writer, const GByteArray *bytes)
{
	if (bytes->len && fwrite(bytes->data, 1, bytes->len, writer->file) != bytes->len) {
		perror("zipcraft");
		exit(2);
	}
	writer->offset += bytes->len;
}

void zip_add_directory(struct zip_writer *writer, const struct zip_told *told)
{
	GByteArray *out = writer->directory;

	add_number(out, 0x02014b50, 4);
	add_number(out, MADE_BY_UNIX << 8 | version_of(told), 2);
	add_common(told, out);
	add_sizes(told->crc, told->packed, told->size, told->zip64, out);
	add_number(out, strlen(told->name), 2);
	add_number(out, told->zip64 ? 28 : 0, 2);
	add_number(out, 0, 2);
	add_number(out, 0, 2);
	add_number(out, 0, 2);
	add_number(out, told->mode << 16, 4);
	add_number(out, told->zip64 ? IN_ZIP64 : told->offset, 4);
	add_text(out, told->name);
	add_zip64_extra(told, true, out);
	writer->entries++;
}

struct zip_end zip_end_true(const struct zip_writer *writer)
{
	return (struct zip_end){
		.entries = writer->entries,
		.directory_size = writer->directory->len,
		.directory_offset = writer->offset,
		.comment = "",
	};
}

/* The zip64 end record, and the locator that tells where it is. */
static void add_zip64_end(const struct zip_end *end, uint64_t offset, GByteArray *out)
{
	add_number(out, 0x06064b50, 4);
	add_number(out, 44, 8);
	add_number(out, MADE_BY_UNIX << 8 | 45, 2);
	add_number(out, 45, 2);
	add_number(out, 0, 4);
	add_number(out, 0, 4);
	add_number(out, end->entries, 8);
	add_number(out, end->entries, 8);
	add_number(out, end->directory_size, 8);
	add_number(out, end->directory_offset, 8);
	add_number(out, 0x07064b50, 4);
	add_number(out, 0, 4);
	add_number(out, offset, 8);
	add_number(out, 1, 4);
}

void zip_write_end(struct zip_writer *writer, const struct zip_end *end)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	zip_write_bytes(writer, writer->directory);
	if (end->zip64)
		add_zip64_end(end, writer->offset, out);
	add_number(out, 0x06054b50, 4);
	add_number(out, 0, 2);
	add_number(out, 0, 2);
	add_number(out, end->zip64 ? 0xffff : end->entries, 2);
	add_number(out, end->zip64 ? 0xffff : end->entries, 2);
	add_number(out, end->zip64 ? IN_ZIP64 : end->directory_size, 4);
	add_number(out, end->zip64 ? IN_ZIP64 : end->directory_offset, 4);
	add_number(out, strlen(end->comment), 2);
	add_text(out, end->comment);
	zip_write_bytes(writer, out);
}
