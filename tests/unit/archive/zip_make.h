/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_ZIP_MAKE_H
#define WH_TESTS_ZIP_MAKE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Zips for tests, with all the lies that a zip can tell. */

struct zip_file {
	const char *name;
	size_t name_length; /* 0: up to the NUL */
	const void *data;
	size_t size;
	bool deflate;
	bool behind; /* sizes and CRC stand behind the data */
	bool zip64; /* sizes and offset in an extra field */
	uint16_t flags;
	uint32_t mode; /* of Unix; 0: none is told */
	/* What differs in the directory from the truth. */
	const char *other_name;
	uint16_t method; /* 0: the true one */
	int32_t crc_off;
	int64_t size_off;
	int64_t packed_off;
	int64_t offset_off;
	const void *extra; /* of the directory */
	size_t extra_size;
};

struct zip_make {
	GByteArray *bytes;
	GByteArray *directory;
	uint64_t offset; /* told of the next file; of the directory at the end */
	uint64_t shift; /* taken from the offsets told */
	unsigned count;
};

void zip_make_init(struct zip_make *make);
void zip_make_add(struct zip_make *make, const struct zip_file *file);

/* A stored file of text. */
void zip_make_add_text(struct zip_make *make, const char *name, const char *text);

/* Ends the zip and returns it; the caller frees it. */
GByteArray *zip_make_end(struct zip_make *make, const char *comment, bool zip64);

#endif
