/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/page_file.h"

#include <glib.h>
#include <string.h>

#define RUN 16u /* pages that are read at once when they are asked for in order */
#define SLOTS 512u /* pages that are kept: 4 MiB */

struct page_slot {
	uint32_t page; /* and one; 0: the slot is empty */
};

void page_file_init(struct page_file *file, struct stream *stream)
{
	uint64_t pages = stream ? (stream->size + WH_CIM_PAGE - 1) / WH_CIM_PAGE : 0;

	*file = (struct page_file){.stream = stream, .pages = (uint32_t)MIN(pages, UINT32_MAX - 1)};
	file->slots = g_new0(struct page_slot, SLOTS);
	file->memory = g_malloc((size_t)MIN(SLOTS, file->pages + RUN) * WH_CIM_PAGE);
}

void page_file_release(struct page_file *file)
{
	g_free(file->slots);
	g_free(file->memory);
}

/* Into the slots that they belong to; returns how many were there. */
static uint32_t read_pages(struct page_file *file, uint32_t first, uint32_t count)
{
	uint8_t *out = file->memory + (size_t)(first % SLOTS) * WH_CIM_PAGE;
	ssize_t got = stream_read_all_at(file->stream, out, (size_t)count * WH_CIM_PAGE,
					 (uint64_t)first * WH_CIM_PAGE);
	uint32_t pages = got > 0 ? (uint32_t)((got + WH_CIM_PAGE - 1) / WH_CIM_PAGE) : 0;

	if (got > 0)
		memset(out + got, 0, (size_t)pages * WH_CIM_PAGE - (size_t)got);
	for (uint32_t i = 0; i < count; i++)
		file->slots[first % SLOTS + i].page = i < pages ? first + i + 1 : 0;
	return pages;
}

const uint8_t *page_file_get(struct page_file *file, uint32_t page)
{
	uint32_t run = page == file->last + 1 ? RUN - page % RUN : 1;

	if (page >= file->pages)
		return NULL;
	file->last = page;
	if (file->slots[page % SLOTS].page != page + 1 &&
	    read_pages(file, page, MIN(run, file->pages - page)) == 0 &&
	    (run == 1 || read_pages(file, page, 1) == 0)) {
		file->unreadable++;
		return NULL;
	}
	return file->memory + (size_t)(page % SLOTS) * WH_CIM_PAGE;
}
