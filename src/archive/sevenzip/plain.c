/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/sevenzip/plain.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"
#include "base/limits.h"
#include "base/order.h"
#include "archive/sevenzip/decode.h"
#include "archive/sevenzip/proof.h"
#include "archive/sevenzip/rewrite.h"

/*
 * Signature header: 6 bytes of signature, version, CRC-32 of the 20 bytes that follow; offset
 * from byte 32, size and CRC-32 of the header (7zFormat.txt).
 */
#define START_SIZE 32
static const uint8_t signature[] = {'7', 'z', 0xbc, 0xaf, 0x27, 0x1c};

/* Headers packed in headers: 7-Zip writes one; each costs an unpacking. */
#define MAX_ENCODINGS 4

struct plain_stream {
	struct stream stream;
	struct stream *in;
	struct sevenzip_keys *keys;
	GArray *pieces;
	uint8_t start[START_SIZE];
	uint64_t pieces_end;
	GByteArray *header;
	uint64_t place; /* of read() */
};

static uint64_t get_piece_start(const void *pieces, size_t i)
{
	return START_SIZE + ((const struct sevenzip_piece *)pieces)[i].start;
}

/* The piece that holds `offset`, which lies in one: the last that does not start after it. */
static const struct sevenzip_piece *find_piece(const struct plain_stream *plain, uint64_t offset)
{
	const GArray *pieces = plain->pieces;
	size_t after = lower_bound(pieces->data, pieces->len, get_piece_start, offset + 1);

	return &g_array_index(pieces, struct sevenzip_piece, after - 1);
}

static ssize_t read_memory(const uint8_t *data, size_t data_size, void *buffer, size_t size,
			   uint64_t offset)
{
	size = MIN(size, data_size - (size_t)offset);
	memcpy(buffer, data + offset, size);
	return (ssize_t)size;
}

static ssize_t read_part(struct plain_stream *plain, void *buffer, size_t size, uint64_t offset)
{
	const struct sevenzip_piece *piece;

	if (offset < START_SIZE)
		return read_memory(plain->start, START_SIZE, buffer, size, offset);
	if (offset >= plain->pieces_end)
		return read_memory(plain->header->data, plain->header->len, buffer, size,
				   offset - plain->pieces_end);
	piece = find_piece(plain, offset);
	return sevenzip_piece_read(piece, plain->in, buffer, size,
				   offset - START_SIZE - piece->start);
}

static ssize_t read_plain_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	size_t done = 0;

	if (offset >= stream->size)
		return 0;
	size = (size_t)MIN(size, stream->size - offset);
	while (done < size) {
		ssize_t got = read_part((struct plain_stream *)stream, (uint8_t *)buffer + done,
					size - done, offset + done);

		/* What was read before an error is handed out first. */
		if (got <= 0)
			return done > 0 ? (ssize_t)done : got;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

static ssize_t read_plain(struct stream *stream, void *buffer, size_t size)
{
	struct plain_stream *plain = (struct plain_stream *)stream;
	ssize_t got = read_plain_at(stream, buffer, size, plain->place);

	if (got > 0)
		plain->place += (uint64_t)got;
	return got;
}

void sevenzip_plain_free(struct stream *stream)
{
	struct plain_stream *plain = (struct plain_stream *)stream;

	if (!plain)
		return;
	sevenzip_keys_free(plain->keys);
	g_array_unref(plain->pieces);
	g_byte_array_unref(plain->header);
	g_free(plain);
}

/* What is known while an archive is opened. */
struct opening {
	struct stream *in;
	const char *const *passwords;
	const char *(*ask)(void *context);
	void (*trying)(void *context);
	void *context;
	unsigned asked;
	bool is_encrypted; /* something was; what is wrong from then on is ours to tell */
	bool is_unfinished;
	bool is_refused; /* the encryption itself is not read, whatever the password */
	struct sevenzip_keys *keys; /* that opened the header, or were proved */
	GByteArray *header; /* unpacked as far as it is */
	struct sevenzip_streams streams;
	const char *problem;
};

static const char *next_password(struct opening *opening)
{
	if (opening->passwords && *opening->passwords)
		return *opening->passwords++;
	if (!opening->ask || opening->asked == WH_MAX_SEVENZIP_ASKED)
		return NULL;
	opening->asked++;
	return opening->ask(opening->context);
}

/* Looks for the first password that `fits`, and keeps its keys. */
static enum sevenzip_result
unlock(struct opening *opening, bool (*fits)(struct opening *opening, struct sevenzip_keys *keys))
{
	enum sevenzip_result result = SEVENZIP_NO_PASSWORD;
	const char *password;

	opening->problem = "encrypted, and there is no password";
	while ((password = next_password(opening)) != NULL) {
		struct sevenzip_keys *keys = sevenzip_keys_new(password);

		if (opening->trying)
			opening->trying(opening->context);
		if (keys && fits(opening, keys)) {
			opening->keys = keys;
			return SEVENZIP_OPENED;
		}
		sevenzip_keys_free(keys);
		if (opening->is_refused)
			return SEVENZIP_DAMAGED;
		result = SEVENZIP_WRONG_PASSWORD;
		opening->problem = "encrypted, and no password fits";
	}
	return result;
}

static enum sevenzip_result fail(struct opening *opening, const char *problem)
{
	opening->problem = problem;
	return SEVENZIP_DAMAGED;
}

/* The one folder of a packed header. */
static const struct sevenzip_folder *header_folder(const struct opening *opening)
{
	return &g_array_index(opening->streams.folders, struct sevenzip_folder, 0);
}

static GByteArray *unpack(struct opening *opening, const struct sevenzip_piece *piece,
			  const struct sevenzip_coder *coder, size_t size)
{
	struct sevenzip_decoder *decoder = sevenzip_decoder_new(coder, piece, opening->in, size);
	GByteArray *header = g_byte_array_new();
	size_t got = 0;

	if (decoder) {
		g_byte_array_set_size(header, (guint)size);
		got = sevenzip_decoder_read(decoder, header->data, size);
	}
	sevenzip_decoder_free(decoder);
	if (got == size)
		return header;
	g_byte_array_unref(header);
	return NULL;
}

/* The header of the folder, unpacked and checked, or NULL. */
static GByteArray *unpack_header(struct opening *opening, struct sevenzip_keys *keys)
{
	const struct sevenzip_folder *folder = header_folder(opening);
	struct sevenzip_entrance entrance = sevenzip_folder_entrance(&opening->streams, folder, 0);
	uint64_t size = sevenzip_folder_size(&opening->streams, folder);
	g_autoptr(GByteArray) header = NULL;
	struct sevenzip_piece piece;

	if (!sevenzip_piece_find(&opening->streams, folder, 0, keys, &piece, &opening->problem)) {
		opening->is_refused = true;
		return NULL;
	}
	header = unpack(opening, &piece, entrance.next, (size_t)size);
	if (!header || header->len == 0 ||
	    (header->data[0] != SEVENZIP_HEADER && header->data[0] != SEVENZIP_ENCODED_HEADER))
		return NULL;
	if (folder->digest.is_defined &&
	    crc32_update(0, header->data, header->len) != folder->digest.crc)
		return NULL;
	return g_steal_pointer(&header);
}

static bool opens_header(struct opening *opening, struct sevenzip_keys *keys)
{
	GByteArray *header = unpack_header(opening, keys);

	if (!header)
		return false;
	/* The parsed streams point into the old one, and are not used any more. */
	g_byte_array_unref(opening->header);
	opening->header = header;
	return true;
}

/* A coder besides AES may stand in a header's folder, and nothing that forks. */
static bool is_plain_chain(const struct opening *opening)
{
	const struct sevenzip_folder *folder = header_folder(opening);
	struct sevenzip_entrance entrance;

	if (opening->streams.folders->len != 1 || folder->packed_count != 1)
		return false;
	entrance = sevenzip_folder_entrance(&opening->streams, folder, 0);
	return folder->coder_count == (entrance.aes != NULL) + (entrance.next != NULL);
}

static bool parse_streams(struct opening *opening, size_t skip)
{
	struct sevenzip_bytes bytes = {opening->header->data + skip, opening->header->len - skip};
	bool parsed;

	sevenzip_streams_release(&opening->streams);
	sevenzip_streams_init(&opening->streams);
	parsed = sevenzip_streams_parse(&opening->streams, bytes, opening->in->size,
					&opening->problem);
	opening->is_encrypted |= opening->streams.is_encrypted;
	return parsed;
}

static enum sevenzip_result decode_header(struct opening *opening)
{
	struct sevenzip_entrance entrance;

	if (!parse_streams(opening, 1))
		return SEVENZIP_DAMAGED;
	if (!is_plain_chain(opening))
		return fail(opening, "7z header packed in a way that is not read");
	if (sevenzip_folder_size(&opening->streams, header_folder(opening)) >
	    WH_MAX_SEVENZIP_HEADER)
		return fail(opening, "7z header is too large");
	entrance = sevenzip_folder_entrance(&opening->streams, header_folder(opening), 0);
	if (entrance.aes && !opening->keys)
		return unlock(opening, opens_header);
	if (!opens_header(opening, opening->keys))
		return fail(opening, "damaged 7z header");
	return SEVENZIP_OPENED;
}

/* Packers leave the start empty until all is packed. Readers take that for an empty archive. */
static bool is_unfinished(const struct opening *opening, const uint8_t *start)
{
	uint64_t size = 1;
	uint32_t crc = 0;

	bytes_get_u32(start, START_SIZE, 8, &crc);
	bytes_get_u64(start, START_SIZE, 20, &size);
	return size == 0 && opening->in->size > START_SIZE &&
	       crc32_update(0, start + 12, 20) != crc;
}

/* The start says where the header is: at the end. */
static enum sevenzip_result read_header(struct opening *opening)
{
	uint8_t start[START_SIZE];
	uint64_t offset, size;
	uint32_t crc;

	if (stream_read_all_at(opening->in, start, START_SIZE, 0) != START_SIZE ||
	    memcmp(start, signature, sizeof(signature)) != 0)
		return SEVENZIP_PLAIN;
	bytes_get_u64(start, START_SIZE, 12, &offset);
	bytes_get_u64(start, START_SIZE, 20, &size);
	bytes_get_u32(start, START_SIZE, 28, &crc);
	if (is_unfinished(opening, start)) {
		opening->is_unfinished = true;
		return fail(opening, "the 7z was never finished: it has no directory");
	}
	if (size == 0 || size > WH_MAX_SEVENZIP_HEADER || opening->in->size < START_SIZE ||
	    offset > opening->in->size - START_SIZE ||
	    size > opening->in->size - START_SIZE - offset)
		return SEVENZIP_PLAIN;
	g_byte_array_set_size(opening->header, (guint)size);
	if (stream_read_all_at(opening->in, opening->header->data, (size_t)size,
			       START_SIZE + offset) != (ssize_t)size ||
	    crc32_update(0, opening->header->data, (size_t)size) != crc)
		return SEVENZIP_PLAIN;
	return SEVENZIP_OPENED;
}

static void fill_start(struct plain_stream *plain)
{
	uint8_t *start = plain->start;

	memcpy(start, signature, sizeof(signature));
	start[7] = 4; /* version 0.4, which 7-Zip writes */
	bytes_put_u64(start + 12, plain->pieces_end - START_SIZE);
	bytes_put_u64(start + 20, plain->header->len);
	bytes_put_u32(start + 28, crc32_update(0, plain->header->data, plain->header->len));
	bytes_put_u32(start + 8, crc32_update(0, start + 12, 20));
}

static bool rewrite(struct plain_stream *plain, struct opening *opening, bool has_streams)
{
	const struct sevenzip_piece *last;

	if (!has_streams) {
		g_byte_array_append(plain->header, opening->header->data, opening->header->len);
		return true;
	}
	if (!sevenzip_rewrite(&opening->streams, opening->keys, plain->header, plain->pieces,
			      &opening->problem))
		return false;
	if (plain->pieces->len > 0) {
		last = &g_array_index(plain->pieces, struct sevenzip_piece, plain->pieces->len - 1);
		plain->pieces_end += last->start + last->size;
	}
	return true;
}

static struct plain_stream *plain_new(struct opening *opening, bool has_streams)
{
	struct plain_stream *plain = g_new0(struct plain_stream, 1);

	plain->stream = (struct stream){.path = opening->in->path,
					.entry = opening->in->entry,
					.read = read_plain,
					.read_at = read_plain_at};
	plain->in = opening->in;
	plain->pieces = g_array_new(FALSE, FALSE, sizeof(struct sevenzip_piece));
	plain->pieces_end = START_SIZE;
	plain->header = g_byte_array_new();
	if (!rewrite(plain, opening, has_streams)) {
		sevenzip_plain_free(&plain->stream);
		return NULL;
	}
	plain->keys = g_steal_pointer(&opening->keys);
	plain->stream.size = plain->pieces_end + plain->header->len;
	fill_start(plain);
	return plain;
}

static bool opens_files(struct opening *opening, struct sevenzip_keys *keys)
{
	return sevenzip_password_fits(&opening->streams, opening->in, keys);
}

static enum sevenzip_result unlock_files(struct opening *opening)
{
	if (!parse_streams(opening, 2))
		return SEVENZIP_DAMAGED;
	if (!opening->is_encrypted)
		return SEVENZIP_PLAIN;
	if (!sevenzip_streams_parse_first(&opening->streams))
		return fail(opening, "damaged 7z header: files");
	/* A password that opened the header is proved better than data can prove it. */
	return opening->keys ? SEVENZIP_OPENED : unlock(opening, opens_files);
}

static enum sevenzip_result open_files(struct opening *opening, struct stream **out)
{
	const GByteArray *header = opening->header;
	bool has_streams = header->len >= 2 && header->data[1] == SEVENZIP_MAIN_STREAMS;
	enum sevenzip_result result = SEVENZIP_OPENED;
	struct plain_stream *plain;

	/* Empty files alone have no streams; their header may be encrypted nevertheless. */
	if (header->len < 2 || header->data[0] != SEVENZIP_HEADER ||
	    (!has_streams && header->data[1] != SEVENZIP_FILES))
		return fail(opening, "7z header of an unknown kind");
	if (has_streams)
		result = unlock_files(opening);
	else if (!opening->is_encrypted)
		return SEVENZIP_PLAIN;
	if (result != SEVENZIP_OPENED)
		return result;
	plain = plain_new(opening, has_streams);
	if (!plain)
		return SEVENZIP_DAMAGED;
	*out = &plain->stream;
	return SEVENZIP_OPENED;
}

static enum sevenzip_result open_archive(struct opening *opening, struct stream **out)
{
	enum sevenzip_result result = read_header(opening);

	for (unsigned i = 0; result == SEVENZIP_OPENED && i < MAX_ENCODINGS &&
			     opening->header->data[0] == SEVENZIP_ENCODED_HEADER;
	     i++)
		result = decode_header(opening);
	return result == SEVENZIP_OPENED ? open_files(opening, out) : result;
}

enum sevenzip_result sevenzip_open_plain(struct stream *in, const char *const *passwords,
					 const char *(*ask)(void *context),
					 void (*trying)(void *context), void *context,
					 struct stream **out, const char **problem)
{
	struct opening opening = {.in = in,
				  .passwords = passwords,
				  .ask = ask,
				  .trying = trying,
				  .context = context,
				  .header = g_byte_array_new()};
	enum sevenzip_result result;

	sevenzip_streams_init(&opening.streams);
	result = open_archive(&opening, out);
	/* Where no encryption was seen, the reader of plain archives judges the damage. */
	if (result == SEVENZIP_DAMAGED && !opening.is_encrypted && !opening.is_unfinished)
		result = SEVENZIP_PLAIN;
	if (result != SEVENZIP_PLAIN && result != SEVENZIP_OPENED)
		*problem = opening.problem;
	sevenzip_streams_release(&opening.streams);
	sevenzip_keys_free(opening.keys);
	g_byte_array_unref(opening.header);
	return result;
}
