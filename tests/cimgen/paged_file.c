/* SPDX-License-Identifier: Apache-2.0 */
#include "paged_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/crc32.h"

#define WH_KEPT_MAPS 3

bool set_file_error(GError **error, const char *what)
{
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", what,
		    g_strerror(errno));
	return false;
}

bool paged_file_open(struct paged_file *pages, const char *path, uint32_t checkpoint, bool reuse,
		     GError **error)
{
	memset(pages, 0, sizeof *pages);
	pages->entries = g_array_new(FALSE, FALSE, sizeof(struct page_entry));
	pages->used = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	pages->checkpoint = checkpoint;
	pages->reuse = reuse;
	pages->file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	return pages->file >= 0 || set_file_error(error, path);
}

bool paged_file_close(struct paged_file *pages, GError **error)
{
	g_array_unref(pages->entries);
	g_array_unref(pages->used);
	return pages->file < 0 || close(pages->file) == 0 || set_file_error(error, "cannot write");
}

struct page_entry *paged_file_entry(const struct paged_file *pages, uint32_t logical)
{
	return &g_array_index(pages->entries, struct page_entry, logical);
}

uint32_t paged_file_add(struct paged_file *pages)
{
	struct page_entry entry = {.physical = WH_NO_PAGE};

	g_array_append_val(pages->entries, entry);
	return pages->entries->len - 1;
}

void paged_file_unmap(struct paged_file *pages, uint32_t logical)
{
	paged_file_entry(pages, logical)->physical = WH_NO_PAGE;
}

bool paged_file_read(const struct paged_file *pages, uint32_t logical, uint8_t *page,
		     GError **error)
{
	const struct page_entry *entry = paged_file_entry(pages, logical);

	if (entry->physical == WH_NO_PAGE) {
		memset(page, 0, WH_PAGE_SIZE);
		return true;
	}
	return pread(pages->file, page, WH_PAGE_SIZE, (off_t)entry->physical * WH_PAGE_SIZE) ==
		       WH_PAGE_SIZE ||
	       set_file_error(error, "cannot read back");
}

static uint32_t find_physical(struct paged_file *pages)
{
	uint32_t none = 0;

	for (uint32_t *at = &pages->next_reused; pages->reuse && *at < pages->used->len; ++*at)
		if (g_array_index(pages->used, uint32_t, *at) + WH_KEPT_MAPS <= pages->checkpoint)
			return (*at)++;
	g_array_append_val(pages->used, none);
	return pages->used->len - 1;
}

/* The check word takes one byte of each sector, so that a torn page shows. */
static uint32_t check_page(const uint8_t *page)
{
	uint8_t firsts[WH_PAGE_SIZE / 512];

	for (size_t i = 0; i < sizeof firsts; i++)
		firsts[i] = page[i * 512];
	return crc32_update(0, firsts, sizeof firsts);
}

bool paged_file_write(struct paged_file *pages, uint32_t logical, const uint8_t *page,
		      uint32_t free_bytes, GError **error)
{
	struct page_entry *entry = paged_file_entry(pages, logical);

	if (entry->physical == WH_NO_PAGE || entry->last != pages->checkpoint)
		entry->physical = find_physical(pages);
	/* Until its map is written, no other page may take it. */
	g_array_index(pages->used, uint32_t, entry->physical) = pages->checkpoint;
	entry->check = check_page(page);
	entry->free_bytes = free_bytes;
	entry->last = pages->checkpoint;
	return pwrite(pages->file, page, WH_PAGE_SIZE, (off_t)entry->physical * WH_PAGE_SIZE) ==
		       WH_PAGE_SIZE ||
	       set_file_error(error, "cannot write");
}

void paged_file_next_checkpoint(struct paged_file *pages)
{
	for (guint i = 0; i < pages->entries->len; i++) {
		uint32_t physical = paged_file_entry(pages, i)->physical;

		if (physical != WH_NO_PAGE)
			g_array_index(pages->used, uint32_t, physical) = pages->checkpoint;
	}
	pages->checkpoint++;
	pages->next_reused = 0;
}
