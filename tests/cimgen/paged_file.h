/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CIMGEN_PAGED_FILE_H
#define WH_CIMGEN_PAGED_FILE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define WH_PAGE_SIZE 8192u
#define WH_NO_PAGE UINT32_MAX

/* A logical page, as a map tells it. */
struct page_entry {
	uint32_t physical; /* WH_NO_PAGE: not mapped */
	uint32_t check;
	uint32_t free_bytes;
	uint32_t last; /* the checkpoint that wrote it */
};

/*
 * OBJECTS.DATA or INDEX.BTR: logical pages, written copy-on-write. What a checkpoint changes goes
 * to other physical pages than those of the maps before it, so that these stay whole.
 */
struct paged_file {
	int file;
	GArray *entries; /* struct page_entry, by logical page */
	GArray *used; /* uint32_t by physical page: the last checkpoint whose map names it */
	uint32_t checkpoint; /* that is being written */
	bool reuse; /* physical pages that the last three maps do not name */
	uint32_t next_reused;
};

/* Makes the file anew. */
bool paged_file_open(struct paged_file *pages, const char *path, uint32_t checkpoint, bool reuse,
		     GError **error);
bool paged_file_close(struct paged_file *pages, GError **error);

struct page_entry *paged_file_entry(const struct paged_file *pages, uint32_t logical);
/* The number of a logical page that nothing has been written to. */
uint32_t paged_file_add(struct paged_file *pages);
void paged_file_unmap(struct paged_file *pages, uint32_t logical);

/* `page` holds WH_PAGE_SIZE bytes; zeros for a page without content. */
bool paged_file_read(const struct paged_file *pages, uint32_t logical, uint8_t *page,
		     GError **error);
bool paged_file_write(struct paged_file *pages, uint32_t logical, const uint8_t *page,
		      uint32_t free_bytes, GError **error);

/* The map of the checkpoint is final: the next begins. */
void paged_file_next_checkpoint(struct paged_file *pages);

bool set_file_error(GError **error, const char *what);

#endif
