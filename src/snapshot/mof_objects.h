/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SNAPSHOT_MOF_OBJECTS_H
#define WH_SNAPSHOT_MOF_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "repository/repository.h"
#include "snapshot/snapshot.h"

/* Whether a file of that name, which begins with these bytes, is read as MOF text: by its name, or
 * because it holds "instance of" and a #pragma. */
bool mof_file_is_text(const char *name, const uint8_t *data, size_t size);

/* Whether more than some KiB are needed to say so. */
bool mof_file_needs_more(const uint8_t *data, size_t size);

/* Reads a MOF file to its end: objects that make up subscriptions, or those that `wants` names, as
 * its text defines them, and deletions of such. A file may have none. Returns how many. */
uint64_t mof_objects_read(struct reader *reader, const struct object_wants *wants,
			  const struct snapshot_reading *reading);

#endif
