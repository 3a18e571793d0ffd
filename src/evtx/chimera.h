/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_CHIMERA_H
#define WH_EVTX_CHIMERA_H

#include <glib.h>
#include <stdbool.h>

#include "evtx/chunk.h"

/*
 * Records that were never logged as they stand: the header of one and the values of another, as a
 * chunk that is used again, or a page of another one, can make them. In an exported log headers and
 * values have different identifiers throughout, so the other records have to be asked.
 */
struct chimera_test;

struct chimera_test *chimera_test_new(void);
void chimera_test_free(struct chimera_test *test);

/* Another log, or another chunk of it, begins. */
void chimera_test_forget(struct chimera_test *test);
void chimera_test_begin(struct chimera_test *test);

/*
 * Is one whose identifiers differ a chimera? It is when those of most records agree: of the chunk's
 * `live` ones (struct record), else of those of the chunks before, else of `others` in the slack.
 */
bool chimera_test_is_one(struct chimera_test *test, const struct chunk *chunk, const GArray *live,
			 const GArray *others);

#endif
