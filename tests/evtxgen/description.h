/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTXGEN_DESCRIPTION_H
#define WH_EVTXGEN_DESCRIPTION_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "binxml_write.h"

/* A number or time that a description may leave to the default. */
struct setting {
	bool given;
	uint64_t value;
};

/* One record of a group, ready to be written any number of times. */
struct record_plan {
	bool plain; /* BinXML without a template */
	bool new_chunk; /* begin a chunk before it */
	struct binxml_template *event; /* the description's */
	struct binxml_template *data; /* likewise; NULL: no data */
	GPtrArray *event_values; /* struct value */
	GPtrArray *data_values;
	struct setting record_id;
	struct setting header_id;
	struct setting written; /* the header's time, FILETIME */
	uint64_t after; /* 100 ns */
};

/* Records that are written in turn, `repeat` times. */
struct record_group {
	uint64_t repeat;
	uint64_t every; /* 100 ns from one turn to the next */
	struct setting time; /* of the first turn */
	GPtrArray *records; /* struct record_plan */
};

enum file_header {
	HEADER_NORMAL,
	HEADER_DIRTY,
	HEADER_NONE,
	HEADER_DAMAGED, /* 4096 bytes of something else */
};

struct description {
	enum file_header header;
	uint64_t chunks; /* at least so many, with unused ones at the end */
	bool running_header_ids; /* record headers count from 1, whatever the records' ids */
	GPtrArray *templates; /* struct binxml_template, each shape once */
	GPtrArray *groups; /* struct record_group */
	GPtrArray *damage; /* struct damage */
};

/* Reads a description file; NULL and an error that names the place when it is wrong. */
struct description *description_read(const char *path, GError **error);
void description_free(struct description *description);

#endif
