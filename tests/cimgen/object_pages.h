/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CIMGEN_OBJECT_PAGES_H
#define WH_CIMGEN_OBJECT_PAGES_H

#include "hashed_name.h"
#include "paged_file.h"

/* Where a record stands; id 0: nowhere (a key that names no record). */
struct record_place {
	uint32_t page;
	uint32_t id;
	uint32_t size;
};

/* The records of OBJECTS.DATA. */
struct object_pages {
	enum repository_layout layout;
	struct paged_file pages;
	uint32_t open; /* the page that takes records, or WH_NO_PAGE */
	uint32_t records; /* ever made */
};

bool object_pages_open(struct object_pages *objects, enum repository_layout layout,
		       const char *path, uint32_t checkpoint, bool reuse, GError **error);

/* The next record begins a page. */
void object_pages_break(struct object_pages *objects);
/* A record that fits in no page goes on in those after it. */
bool object_pages_add(struct object_pages *objects, const GByteArray *record,
		      struct record_place *out, GError **error);
/* The records after it move up. What this leaves at the end of the page stays there. */
bool object_pages_remove(struct object_pages *objects, const struct record_place *place,
			 GError **error);

#endif
