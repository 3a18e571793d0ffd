/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_OBJECT_STORE_H
#define WH_REPOSITORY_OBJECT_STORE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "repository/page_file.h"
#include "repository/page_map.h"

/* OBJECTS.DATA as a map has it. */
struct object_store {
	struct page_file *file; /* borrowed, as is the map */
	const struct page_map *map;
};

/* A row of the table at the beginning of a page. */
struct object_row {
	uint32_t record;
	uint32_t offset; /* in the page */
	uint32_t size;
	uint32_t check; /* Windows XP: CRC-32 of the record */
};

#define WH_MAX_OBJECT_ROWS (WH_CIM_PAGE / 16)

/* The rows of a page whose records follow each other without a gap, as they do in a page that is
 * whole; false for any other. *count may be 0; `rows` has room for WH_MAX_OBJECT_ROWS. */
bool object_rows_read(const uint8_t *page, struct object_row *rows, uint32_t *count);

/* Where the records of such a page end, at the page's end at most. */
uint32_t object_rows_get_end(const struct object_row *rows, uint32_t count);

/* How a record was found. */
enum object_find {
	OBJECT_ABSENT,
	OBJECT_CUT, /* pages of its end are missing */
	OBJECT_MISFIT, /* its check, or the size that the key says, does not hold */
	OBJECT_FOUND,
};

/* Copies the record of that number and size, as a key says, to `out`, which is cleared first;
 * *offset: in the file. */
enum object_find object_store_read(struct object_store *store, uint32_t page, uint32_t record,
				   uint32_t size, GByteArray *out, uint64_t *offset);

#endif
