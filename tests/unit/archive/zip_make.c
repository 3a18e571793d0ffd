/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/archive/zip_make.h"

#include <isa-l/igzip_lib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"

static void put(GByteArray *out, uint64_t value, unsigned size)
{
	uint8_t bytes[8];

	bytes_put_u64(bytes, value);
	g_byte_array_append(out, bytes, size);
}

static GByteArray *pack(const struct zip_file *file)
{
	GByteArray *out = g_byte_array_new();
	struct isal_zstream stream;

	if (!file->deflate)
		return g_byte_array_append(out, file->data, (guint)file->size);
	g_byte_array_set_size(out, 2 * (guint)file->size + 1000);
	isal_deflate_init(&stream);
	stream.end_of_stream = 1;
	stream.next_in = (uint8_t *)file->data;
	stream.avail_in = (uint32_t)file->size;
	stream.next_out = out->data;
	stream.avail_out = out->len;
	g_assert_cmpint(isal_deflate(&stream), ==, COMP_OK);
	g_assert_cmpuint(stream.avail_in, ==, 0);
	return g_byte_array_set_size(out, stream.total_out);
}

static void put_name(GByteArray *out, const struct zip_file *file, const char *name)
{
	size_t length = file->name_length ? file->name_length : strlen(name);

	g_byte_array_append(out, (const uint8_t *)name, (guint)length);
}

static uint16_t get_name_length(const struct zip_file *file, const char *name)
{
	return (uint16_t)(file->name_length ? file->name_length : strlen(name));
}

static void put_sizes(GByteArray *out, uint32_t crc, uint64_t packed, uint64_t size)
{
	put(out, crc, 4);
	put(out, packed, 4);
	put(out, size, 4);
}

static void put_local(struct zip_make *make, const struct zip_file *file, uint32_t crc,
		      uint64_t packed)
{
	GByteArray *out = make->bytes;

	g_byte_array_append(out, (const uint8_t *)"PK\3\4", 4);
	put(out, 20, 2);
	put(out, file->flags | (file->behind ? 8u : 0u), 2);
	put(out, file->deflate ? 8 : 0, 2);
	put(out, 0, 4);
	put_sizes(out, file->behind ? 0 : crc, file->behind ? 0 : packed,
		  file->behind ? 0 : file->size);
	put(out, get_name_length(file, file->name), 2);
	put(out, 0, 2);
	put_name(out, file, file->name);
}

static void put_record(struct zip_make *make, const struct zip_file *file, uint32_t crc,
		       uint64_t packed)
{
	const char *name = file->other_name ? file->other_name : file->name;
	uint64_t offset = make->offset - make->shift + (uint64_t)file->offset_off;
	uint64_t size = file->size + (uint64_t)file->size_off;
	GByteArray *out = make->directory;

	packed += (uint64_t)file->packed_off;
	g_byte_array_append(out, (const uint8_t *)"PK\1\2", 4);
	put(out, file->mode ? 0x0314 : 0x0014, 2);
	put(out, 20, 2);
	put(out, file->flags | (file->behind ? 8u : 0u), 2);
	put(out, file->method ? file->method : file->deflate ? 8 : 0, 2);
	put(out, 0, 4);
	put_sizes(out, crc + (uint32_t)file->crc_off, file->zip64 ? UINT32_MAX : packed,
		  file->zip64 ? UINT32_MAX : size);
	put(out, get_name_length(file, name), 2);
	put(out, file->extra_size + (file->zip64 ? 28 : 0), 2);
	put(out, 0, 6);
	put(out, (uint64_t)file->mode << 16, 4);
	put(out, file->zip64 ? UINT32_MAX : offset, 4);
	put_name(out, file, name);
	if (file->zip64) {
		put(out, 1, 2);
		put(out, 24, 2);
		put(out, size, 8);
		put(out, packed, 8);
		put(out, offset, 8);
	}
	g_byte_array_append(out, file->extra, (guint)file->extra_size);
}

void zip_make_init(struct zip_make *make)
{
	*make = (struct zip_make){.bytes = g_byte_array_new(), .directory = g_byte_array_new()};
}

void zip_make_add(struct zip_make *make, const struct zip_file *file)
{
	GByteArray *packed = pack(file);
	uint32_t crc = crc32_update(0, file->data, file->size);

	make->offset = make->bytes->len;
	put_local(make, file, crc, packed->len);
	g_byte_array_append(make->bytes, packed->data, packed->len);
	if (file->behind) {
		g_byte_array_append(make->bytes, (const uint8_t *)"PK\7\10", 4);
		put_sizes(make->bytes, crc, packed->len, file->size);
	}
	put_record(make, file, crc, packed->len);
	make->count++;
	g_byte_array_unref(packed);
}

void zip_make_add_text(struct zip_make *make, const char *name, const char *text)
{
	struct zip_file file = {.name = name, .data = text, .size = strlen(text)};

	zip_make_add(make, &file);
}

static void put_ending_64(struct zip_make *make, uint64_t offset)
{
	uint64_t position = make->bytes->len;
	GByteArray *out = make->bytes;

	g_byte_array_append(out, (const uint8_t *)"PK\6\6", 4);
	put(out, 44, 8);
	put(out, 0x002d002d, 4);
	put(out, 0, 8);
	put(out, make->count, 8);
	put(out, make->count, 8);
	put(out, make->directory->len, 8);
	put(out, offset, 8);
	g_byte_array_append(out, (const uint8_t *)"PK\6\7", 4);
	put(out, 0, 4);
	put(out, position - make->shift, 8);
	put(out, 1, 4);
}

GByteArray *zip_make_end(struct zip_make *make, const char *comment, bool zip64)
{
	GByteArray *out = make->bytes;
	uint64_t offset = out->len - make->shift;

	g_byte_array_append(out, make->directory->data, make->directory->len);
	if (zip64)
		put_ending_64(make, offset);
	g_byte_array_append(out, (const uint8_t *)"PK\5\6", 4);
	put(out, 0, 4);
	put(out, zip64 ? UINT16_MAX : make->count, 2);
	put(out, zip64 ? UINT16_MAX : make->count, 2);
	put(out, zip64 ? UINT32_MAX : make->directory->len, 4);
	put(out, zip64 ? UINT32_MAX : offset, 4);
	put(out, strlen(comment), 2);
	g_byte_array_append(out, (const uint8_t *)comment, (guint)strlen(comment));
	g_byte_array_unref(make->directory);
	return out;
}
