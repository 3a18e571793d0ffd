/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SNAPSHOT_SNAPSHOT_NAME_H
#define WH_SNAPSHOT_SNAPSHOT_NAME_H

#include <stdbool.h>
#include <stdint.h>

/* What the name of a file, or of a folder above it, says of what it holds. */
struct snapshot_name {
	char *host; /* NULL: not said */
	const char *tool; /* a literal; NULL: not said */
	bool has_time;
	uint64_t time; /* FILETIME: of the collection */
};

/*
 * Reads Collection-HOST-YYYY-MM-DDThh_mm_ssZ of Velociraptor's offline collector, anywhere in the
 * path or entry (NULL is fine); HOST-WMIEvtFilter and the like of Kansa; names of which a part is
 * what tools and scripts call their files, as HOST-autorunsc.csv. The caller releases *out.
 */
void snapshot_name_read(const char *path, const char *entry, struct snapshot_name *out);
void snapshot_name_release(struct snapshot_name *name);

#endif
