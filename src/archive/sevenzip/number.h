/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_SEVENZIP_NUMBER_H
#define WH_ARCHIVE_SEVENZIP_NUMBER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What is left to read of a 7z header. Each function below takes from its front, and returns
 * false, *out untouched, when there is not enough. */
struct sevenzip_bytes {
	const uint8_t *data;
	size_t size;
};

bool sevenzip_take(struct sevenzip_bytes *bytes, uint64_t size, const uint8_t **out);
bool sevenzip_take_byte(struct sevenzip_bytes *bytes, uint8_t *out);

/*
 * A number of 7zFormat.txt (UINT64): the leading ones of the first byte say how many bytes
 * follow, least significant first; its other bits are the most significant ones.
 */
bool sevenzip_take_number(struct sevenzip_bytes *bytes, uint64_t *out);
/* A number up to `most`. */
bool sevenzip_take_count(struct sevenzip_bytes *bytes, uint64_t most, uint32_t *out);
void sevenzip_put_number(GByteArray *out, uint64_t value);

/* True, and the byte is taken, when `id` is what follows. */
bool sevenzip_take_id(struct sevenzip_bytes *bytes, uint8_t id);

struct sevenzip_digest {
	uint32_t crc;
	bool is_defined;
};

/* Digests of 7zFormat.txt: which of them are defined, then a CRC-32 for each that is. */
struct sevenzip_digests {
	struct sevenzip_bytes *bytes; /* borrowed; they are taken one by one */
	const uint8_t *bits; /* NULL: all are defined */
	uint64_t next;
};

bool sevenzip_digests_begin(struct sevenzip_digests *digests, struct sevenzip_bytes *bytes,
			    uint64_t count);
/* At most `count` times. */
bool sevenzip_digests_next(struct sevenzip_digests *digests, struct sevenzip_digest *out);

#endif
