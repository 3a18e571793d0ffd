/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_SEVENZIP_STREAMS_H
#define WH_ARCHIVE_SEVENZIP_STREAMS_H

#include <glib.h>

#include "archive/sevenzip/number.h"

/*
 * The streams info of a 7z header (7zFormat.txt): where packed bytes lie, and through which
 * coders each folder's bytes go. A coder is seen from the reader: its in-streams are
 * the packed side.
 */

/* Property ids of 7zFormat.txt. */
enum {
	SEVENZIP_END = 0x00,
	SEVENZIP_HEADER = 0x01,
	SEVENZIP_MAIN_STREAMS = 0x04,
	SEVENZIP_FILES = 0x05,
	SEVENZIP_PACK_INFO = 0x06,
	SEVENZIP_UNPACK_INFO = 0x07,
	SEVENZIP_SUBSTREAMS = 0x08,
	SEVENZIP_SIZE = 0x09,
	SEVENZIP_CRC = 0x0a,
	SEVENZIP_FOLDER = 0x0b,
	SEVENZIP_UNPACK_SIZE = 0x0c,
	SEVENZIP_SUBSTREAM_COUNT = 0x0d,
	SEVENZIP_ENCODED_HEADER = 0x17,
};

/* Coder ids of 7-Zip's Methods.txt, read as big-endian numbers. */
#define WH_SEVENZIP_COPY 0x00
#define WH_SEVENZIP_LZMA2 0x21
#define WH_SEVENZIP_LZMA 0x030101
#define WH_SEVENZIP_PPMD 0x030401
#define WH_SEVENZIP_BZIP2 0x040202
#define WH_SEVENZIP_AES 0x06f10701

#define WH_SEVENZIP_FOLDER_STREAMS 32 /* the most of a folder, as in 7-Zip */

struct sevenzip_coder {
	uint64_t method;
	const uint8_t *raw; /* the whole coder as it stands in the header */
	uint32_t raw_size;
	uint32_t properties_size; /* its last bytes */
	uint8_t in_count, out_count;
};

struct sevenzip_bind {
	uint8_t in, out; /* stream numbers within the folder */
};

/* Ranges of the arrays below. */
struct sevenzip_folder {
	uint32_t coder, bind, packed;
	uint32_t size; /* unpack sizes, one for each out-stream */
	uint8_t coder_count, bind_count, packed_count, out_count;
	struct sevenzip_digest digest; /* of all its bytes */
	uint64_t first_size; /* of the first file in it, */
	struct sevenzip_digest first; /* and its digest */
};

struct sevenzip_streams {
	GArray *folders; /* struct sevenzip_folder */
	GArray *coders; /* struct sevenzip_coder */
	GArray *binds; /* struct sevenzip_bind */
	GArray *packed; /* uint8_t: in-streams that read the packed streams, in their order */
	GArray *packed_offsets; /* uint64_t, one more than there are; from the archive's start */
	GArray *sizes; /* uint64_t */
	struct sevenzip_bytes digests; /* the folders' digests with their id, or empty */
	struct sevenzip_bytes rest; /* what follows the unpack info */
	bool is_encrypted; /* an AES coder was seen, also when parsing stopped after it */
};

void sevenzip_streams_init(struct sevenzip_streams *streams);
void sevenzip_streams_release(struct sevenzip_streams *streams);

/*
 * Parses a streams info; `bytes` are borrowed while `streams` lives. `archive_size` bounds the
 * packed streams. Returns false, *problem one static clause, when it is damaged or beyond the
 * limits; `streams` holds what was read up to there. After success bind and packed streams of
 * every folder are consistent: no stream is used twice, none is left open.
 */
bool sevenzip_streams_parse(struct sevenzip_streams *streams, struct sevenzip_bytes bytes,
			    uint64_t archive_size, const char **problem);

/* Bytes that the folder unpacks to. */
uint64_t sevenzip_folder_size(const struct sevenzip_streams *streams,
			      const struct sevenzip_folder *folder);

/*
 * What reads packed stream `i` (less than packed_count) of a folder. `aes` is NULL when
 * that is not AES; `next` reads what AES gives (`size` bytes), or the packed stream itself; NULL
 * when AES gives the folder's bytes.
 */
struct sevenzip_entrance {
	const struct sevenzip_coder *aes, *next;
	uint8_t aes_in, aes_out; /* its streams */
	uint8_t next_in; /* the stream of `next` */
	uint64_t size;
	uint64_t next_size; /* what `next` gives, at its first out-stream */
};

struct sevenzip_entrance sevenzip_folder_entrance(const struct sevenzip_streams *streams,
						  const struct sevenzip_folder *folder, unsigned i);

/* Fills first_size and first of each folder, from the substreams info if `rest` begins with
 * one. False when that is damaged. */
bool sevenzip_streams_parse_first(struct sevenzip_streams *streams);

#endif
