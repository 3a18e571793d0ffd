/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_PAGE_FILE_H
#define WH_REPOSITORY_PAGE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "input/stream.h"

/* OBJECTS.DATA or INDEX.BTR, read in pages; some of them stay in memory. */
struct page_file {
	struct stream *stream; /* borrowed; it has read_at. NULL: there is no such file */
	uint32_t pages; /* a part of one at the end is one, too */
	uint32_t last; /* that was asked for */
	uint8_t *memory;
	struct page_slot *slots;
	uint64_t unreadable; /* reads that failed */
};

/* Release frees the pages. */
void page_file_init(struct page_file *file, struct stream *stream);
void page_file_release(struct page_file *file);

/* WH_CIM_PAGE bytes, filled up with zeros at the end of the file; valid until the next call. NULL
 * for a page that the file has not, or that cannot be read. */
const uint8_t *page_file_get(struct page_file *file, uint32_t page);

#endif
