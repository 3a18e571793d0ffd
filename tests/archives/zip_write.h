/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVES_ZIP_WRITE_H
#define WH_ARCHIVES_ZIP_WRITE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What a header says of an entry, true or not. */
struct zip_told {
	char *name;
	uint64_t method;
	uint64_t flags;
	uint64_t crc;
	uint64_t packed;
	uint64_t size;
	uint64_t offset; /* of the local header; only the directory tells it */
	uint64_t mode; /* Unix; only the directory tells it */
	uint64_t zip64; /* sizes and offset stand in the extra field */
	uint64_t descriptor; /* the local header leaves CRC and sizes to a data descriptor */
};

struct zip_end {
	uint64_t entries;
	uint64_t directory_size;
	uint64_t directory_offset;
	uint64_t zip64;
	const char *comment;
};

/* A zip that is written front to back, as it is told to. Layouts: APPNOTE.TXT 6.3, 4.3. */
struct zip_writer {
	FILE *file;
	uint64_t offset;
	GByteArray *directory;
	uint64_t entries;
};

void zip_writer_init(struct zip_writer *writer, FILE *file);
void zip_writer_release(struct zip_writer *writer);

/* Appends the local header to `out`. */
void zip_local_append(const struct zip_told *told, GByteArray *out);

void zip_write_bytes(struct zip_writer *writer, const GByteArray *bytes);
void zip_add_directory(struct zip_writer *writer, const struct zip_told *told);

/* What the end record tells when it tells the truth. */
struct zip_end zip_end_true(const struct zip_writer *writer);
void zip_write_end(struct zip_writer *writer, const struct zip_end *end);

#endif
