/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_ZIP_DIRECTORY_H
#define WH_ARCHIVE_ZIP_DIRECTORY_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "input/stream.h"

/* What the central directory of a zip says. Format: PKWARE's APPNOTE.TXT 6.3.10, section 4. */

#define WH_ZIP_ENCRYPTED 0x0001 /* flags */
#define WH_ZIP_SIZES_BEHIND 0x0008
#define WH_ZIP_UTF8 0x0800
#define WH_ZIP_STORED 0 /* methods */
#define WH_ZIP_DEFLATED 8
#define WH_ZIP_LOCAL_HEADER 30 /* bytes, without name and extra fields */

struct zip_item {
	uint64_t offset; /* of the local header in the stream */
	uint64_t packed;
	uint64_t size;
	uint64_t end; /* where something else begins: the next item or the directory */
	uint32_t crc;
	uint32_t attributes; /* external ones */
	uint32_t name; /* where it begins in names */
	uint16_t name_length;
	uint16_t unicode_length; /* of the Unicode name that follows it; 0: none */
	uint16_t method;
	uint16_t flags;
	uint8_t host; /* the system whose attributes they are; 3: Unix */
	bool is_salvaged; /* made of the local header alone */
	bool sizes_unknown; /* packed is what there is at most, size and CRC say nothing */
};

struct zip_directory {
	GArray *items; /* struct zip_item, by offset; equal ones as they stand in the directory */
	GByteArray *names;
	uint64_t position; /* of the directory in the stream */
	uint64_t end; /* of its end record and comment; the stream's where that is cut off */
	bool more; /* there are more than the most that was asked for */
	bool lacks_volumes; /* it is split, and not all of its volumes are in the stream */
	bool cut; /* there are more than could be read */
	const char *problem; /* what is wrong with it, a clause; or NULL */
};

/*
 * Reads the directory of a stream with read_at, at most `most` entries. False, and nothing in
 * *out, when there is none. `strict`: the end record must end the stream, as nothing else tells
 * that it is a zip.
 */
bool zip_directory_read(struct stream *stream, bool strict, uint64_t most,
			struct zip_directory *out);
void zip_directory_release(struct zip_directory *directory);

static inline const struct zip_item *zip_directory_get(const struct zip_directory *directory,
						       uint64_t index)
{
	return &g_array_index(directory->items, struct zip_item, index);
}

#endif
