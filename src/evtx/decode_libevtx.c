/* SPDX-License-Identifier: Apache-2.0 */
/* Where libevtx has its own libbfio inside, its header hides what takes handles, though it is
 * there. */
#define HAVE_LIBBFIO 1
#include <libbfio.h>
#include <libevtx.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"
#include "base/limits.h"
#include "event/event_xml.h"
#include "evtx/decode.h"
#include "evtx/surrogates.h"

#define IMAGE_SIZE (WH_FILE_HEADER_SIZE + WH_CHUNK_SIZE)

/*
 * libevtx wants a whole file that it can seek in. It gets a file of one chunk in memory,
 * in which nothing is left to walk over but the records asked for: each stretch between
 * them becomes one filler record, so damage elsewhere in the chunk cannot stop it.
 * Templates stay where they were, as records refer to them by offset.
 */
struct libevtx_decoder {
	struct decoder decoder;
	struct event_xml_reader *reader;
	const struct chunk *chunk;
	const GArray *records;
	libevtx_file_t *file; /* NULL until a record of the chunk is asked for */
	libbfio_handle_t *handle;
	char *open_error; /* why the chunk could not be opened */
	GArray *indices; /* int: libevtx's index of each of the records */
	struct surrogates surrogates;
	GByteArray *xml;
	uint8_t *image; /* IMAGE_SIZE bytes; NULL until the first record that it is asked for */
};

/* The innermost message of a libyal error, which comes first, without its function's name. */
static char *take_message(libevtx_error_t **error)
{
	char text[4096] = "";
	const char *message;

	if (*error && libevtx_error_backtrace_sprint(*error, text, sizeof(text)) == -1)
		g_strlcpy(text, "error without a text", sizeof(text));
	libevtx_error_free(error);
	text[strcspn(text, "\n")] = '\0';
	message = strstr(text, ": ");
	return g_strchomp(g_strdup(message ? message + 2 : text));
}

static void put_framing(uint8_t *chunk, size_t offset, size_t size)
{
	bytes_put_u32(chunk + offset + 4, (uint32_t)size);
	bytes_put_u32(chunk + offset + size - 4, (uint32_t)size);
}

/*
 * Turns the bytes from `from` to `to` into one record, or into a tail of the one before.
 * True when it became a record.
 */
static bool put_filler(uint8_t *chunk, size_t from, size_t to, const struct record *before)
{
	if (to - from >= WH_RECORD_MINIMUM) {
		memcpy(chunk + from, "**\0", 4);
		memset(chunk + from + 8, 0, WH_RECORD_HEADER - 8);
		put_framing(chunk, from, to - from);
		return true;
	}
	if (to > from && before)
		put_framing(chunk, before->offset, to - before->offset);
	return false;
}

static size_t put_records(uint8_t *chunk, const GArray *records, GArray *indices)
{
	const struct record *before = NULL;
	size_t end = WH_RECORDS_OFFSET;
	int index = 0;

	for (guint i = 0; i < records->len; i++) {
		const struct record *record = &g_array_index(records, struct record, i);

		if (put_filler(chunk, end, record->offset, before))
			index++;
		/* The size in the chunk may be a damaged one. */
		put_framing(chunk, record->offset, record->size);
		g_array_append_val(indices, index);
		index++;
		end = (size_t)record->offset + record->size;
		before = record;
	}
	return end;
}

static void put_chunk_header(uint8_t *chunk, size_t end, uint32_t last)
{
	uint32_t crc;

	bytes_put_u32(chunk + 40, 128);
	bytes_put_u32(chunk + 44, last);
	bytes_put_u32(chunk + 48, (uint32_t)end);
	bytes_put_u32(chunk + 52,
		      crc32_update(0, chunk + WH_RECORDS_OFFSET, end - WH_RECORDS_OFFSET));
	crc = crc32_update(0, chunk, 120);
	bytes_put_u32(chunk + 124, crc32_update(crc, chunk + 128, 384));
}

static void put_file_header(uint8_t *header)
{
	memset(header, 0, WH_FILE_HEADER_SIZE);
	memcpy(header, "ElfFile", 8);
	bytes_put_u32(header + 32, 128);
	bytes_put_u16(header + 36, 1); /* version 3.1 */
	bytes_put_u16(header + 38, 3);
	bytes_put_u16(header + 40, WH_FILE_HEADER_SIZE);
	bytes_put_u16(header + 42, 1); /* one chunk */
	bytes_put_u32(header + 124, crc32_update(0, header, 120));
}

static void build_image(struct libevtx_decoder *self)
{
	const GArray *records = self->records;
	uint8_t *chunk;
	size_t end;

	if (!self->image)
		self->image = g_malloc(IMAGE_SIZE);
	chunk = self->image + WH_FILE_HEADER_SIZE;
	put_file_header(self->image);
	memcpy(chunk, self->chunk->data, self->chunk->size);
	memset(chunk + self->chunk->size, 0, WH_CHUNK_SIZE - self->chunk->size);
	surrogates_hide(&self->surrogates, chunk, records);
	end = put_records(chunk, records, self->indices);
	put_chunk_header(chunk, end,
			 g_array_index(records, struct record, records->len - 1).offset);
}

static void open_image(struct libevtx_decoder *self)
{
	libevtx_error_t *error = NULL;

	build_image(self);
	if (libbfio_memory_range_initialize(&self->handle, &error) != 1 ||
	    libbfio_memory_range_set(self->handle, self->image, IMAGE_SIZE, &error) != 1 ||
	    libevtx_file_initialize(&self->file, &error) != 1 ||
	    libevtx_file_open_file_io_handle(self->file, self->handle, LIBEVTX_OPEN_READ, &error) !=
		    1)
		self->open_error = take_message(&error);
}

static void close_image(struct libevtx_decoder *self)
{
	if (self->file) {
		libevtx_file_close(self->file, NULL);
		libevtx_file_free(&self->file, NULL);
	}
	if (self->handle)
		libbfio_handle_free(&self->handle, NULL);
	g_array_set_size(self->indices, 0);
	g_clear_pointer(&self->open_error, g_free);
}

static void begin(struct decoder *decoder, const struct chunk *chunk, const GArray *records)
{
	struct libevtx_decoder *self = (struct libevtx_decoder *)decoder;

	close_image(self);
	self->chunk = chunk;
	self->records = records;
}

static bool render(struct libevtx_decoder *self, libevtx_record_t *record, libevtx_error_t **error)
{
	size_t size = 0;

	if (libevtx_record_get_utf8_xml_string_size(record, &size, error) != 1)
		return false;
	g_byte_array_set_size(self->xml, (guint)size);
	return libevtx_record_get_utf8_xml_string(record, self->xml->data, size, error) == 1;
}

static bool get_xml(struct libevtx_decoder *self, guint index, char **reason)
{
	libevtx_record_t *record = NULL;
	libevtx_error_t *error = NULL;
	uint64_t id = 0;
	bool ok;

	ok = libevtx_file_get_record_by_index(self->file, g_array_index(self->indices, int, index),
					      &record, &error) == 1 &&
	     libevtx_record_get_identifier(record, &id, &error) == 1;
	if (ok && id != g_array_index(self->records, struct record, index).id) {
		*reason = g_strdup("libevtx sees another record");
		ok = false;
	} else if (!ok || !(ok = render(self, record, &error))) {
		g_autofree char *message = take_message(&error);

		*reason = g_strdup_printf("libevtx: %s", message);
	}
	if (record)
		libevtx_record_free(&record, NULL);
	return ok;
}

static bool decode(struct decoder *decoder, guint index, struct event *event, char **reason)
{
	struct libevtx_decoder *self = (struct libevtx_decoder *)decoder;
	size_t size;

	if (!self->file)
		open_image(self);
	if (self->open_error) {
		*reason = g_strdup_printf("libevtx: %s", self->open_error);
		return false;
	}
	if (!get_xml(self, index, reason))
		return false;
	/* The size counts the end sign; line feeds around the root are libevtx's own. */
	size = self->xml->len ? self->xml->len - 1 : 0;
	while (size && g_ascii_isspace(self->xml->data[size - 1]))
		size--;
	if (!event_xml_read(self->reader, event, (const char *)self->xml->data, size, reason))
		return false;
	surrogates_restore(&self->surrogates, event);
	return true;
}

static void free_decoder(struct decoder *decoder)
{
	struct libevtx_decoder *self = (struct libevtx_decoder *)decoder;

	close_image(self);
	g_array_unref(self->indices);
	g_byte_array_unref(self->xml);
	event_xml_reader_free(self->reader);
	g_free(self->image);
	g_free(self);
}

bool decoder_has_libevtx(void)
{
	return true;
}

struct decoder *decoder_libevtx_new(void)
{
	struct libevtx_decoder *self = g_new0(struct libevtx_decoder, 1);

	self->decoder = (struct decoder){"libevtx", begin, decode, free_decoder};
	self->reader = event_xml_reader_new();
	self->indices = g_array_new(FALSE, FALSE, sizeof(int));
	self->xml = g_byte_array_new();
	return &self->decoder;
}
