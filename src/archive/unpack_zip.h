/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_UNPACK_ZIP_H
#define WH_ARCHIVE_UNPACK_ZIP_H

#include "archive/unpack_parts.h"
#include "archive/zip_directory.h"

/* What unpack_zip.c and unpack_salvage.c share. */

/* A zip that is being unpacked. */
struct zip {
	struct unpacker *unpacker;
	struct stream *stream;
	const struct zip_directory *directory; /* that holds the names of items */
	unsigned depth; /* of the zip */
	bool is_input; /* and not in a gzip or the like */
	bool salvaging; /* without a directory that could be counted before */
	uint64_t behind; /* where the entry unpacked last was seen to end; 0: it was not */
};

/* The content of an item, and what is wrong with it. False when a visit said stop. */
bool zip_unpack_item(struct zip *zip, const struct zip_item *item, uint64_t number);

/* What no directory names, in bytes [begin, end). False when a visit said stop. */
bool zip_salvage(const struct zip *zip, uint64_t begin, uint64_t end);

#endif
