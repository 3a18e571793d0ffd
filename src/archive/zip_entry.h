/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_ZIP_ENTRY_H
#define WH_ARCHIVE_ZIP_ENTRY_H

#include "archive/layer.h"
#include "archive/zip_directory.h"

/* Reads stored and deflated entries of a zip with read_at, one after another. */
struct zip_entry;

struct zip_entry *zip_entry_new(void);
void zip_entry_free(struct zip_entry *entry);

/*
 * Begins an entry with its shown name; borrows all. Tells where the local header disagrees with
 * the directory, and goes by the directory. On failure NULL, and *problem is a clause, static.
 * The layer belongs to `entry` and is valid until the next call; it has read_at when
 * the entry is stored. It ends at the declared size; damage is reported as it is met,
 * and a wrong CRC at the end.
 */
struct layer *zip_entry_open(struct zip_entry *entry, struct stream *archive,
			     const struct zip_directory *directory, const struct zip_item *item,
			     const char *name, const struct fault_sink *faults,
			     const char **problem);

/* Where the packed data of the entry opened last ends in the archive; 0: it was not read so far. */
uint64_t zip_entry_get_end(const struct zip_entry *entry);

#endif
