/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_INFLATE_H
#define WH_ARCHIVE_INFLATE_H

#include <isa-l/igzip_lib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Makes an ISA-L state ready, without input. Its tables are cleared, which isal_inflate_init()
 * does not do: damaged data may use places that no code filled, and would else give
 * what memory held before.
 */
static inline void inflate_begin(struct inflate_state *state)
{
	memset(&state->lit_huff_code, 0, sizeof(state->lit_huff_code));
	memset(&state->dist_huff_code, 0, sizeof(state->dist_huff_code));
	isal_inflate_init(state);
	state->next_in = NULL;
	state->avail_in = 0;
}

/*
 * Inflates to next_out, which is inside of `buffer`; returns as isal_inflate(). ISA-L counts a
 * match as written before it looks whether its distance is one: at such damage so many
 * bytes are taken back, or they would be what memory held before.
 */
static inline int inflate_on(struct inflate_state *state, const uint8_t *buffer)
{
	int status = isal_inflate(state);
	ptrdiff_t given = state->next_out - buffer;

	if (status == ISAL_INVALID_LOOKBACK || status == ISAL_INVALID_SYMBOL)
		state->next_out -= given < ISAL_DEF_MAX_MATCH ? given : ISAL_DEF_MAX_MATCH;
	return status;
}

/*
 * At the end of data that is cut off: writes to next_out what the bits that ISA-L holds say, which
 * waits for all of a few symbols before it gives the first of them.
 */
void inflate_flush(struct inflate_state *state);

#endif
