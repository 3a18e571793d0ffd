/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_UNIT_SEVENZIP_ARCHIVE_H
#define WH_TESTS_UNIT_SEVENZIP_ARCHIVE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A small encrypted 7z, written by hand where no program writes one like it. */
struct sevenzip_shape {
	unsigned folders; /* of a file each, with a salt of its own; fewer than 128 */
	unsigned power; /* of two, rounds; 0x3f: none */
	bool is_stored; /* or LZMA */
	bool is_twice; /* one AES coder behind the other */
	bool hides_header;
	uint8_t extra_size; /* bytes more that AES is said to give than there are */
};

#define WH_ARCHIVE_PASSWORD "pässword \xf0\x9f\x94\x91"

/* The text in each file: 600 bytes. */
extern const char sevenzip_archive_line[];
#define WH_ARCHIVE_LINES 20

GByteArray *sevenzip_archive_new(const struct sevenzip_shape *shape);

/* Makes the digests of the start and of the header right again after a change. */
void sevenzip_archive_seal(GByteArray *archive);

/* Offset of the header. */
size_t sevenzip_archive_header(const GByteArray *archive);

#endif
