/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/inflate.h"

#include <glib.h>

#define PADDING 8
#define MOST 512 /* more than any symbols that ISA-L takes at once stand for */

static size_t inflate_padded(const struct inflate_state *state, uint8_t pad, uint8_t *out)
{
	g_autofree struct inflate_state *copy = g_memdup2(state, sizeof(*state));
	uint8_t padding[PADDING];

	memset(padding, pad, sizeof(padding));
	copy->next_in = padding;
	copy->avail_in = sizeof(padding);
	copy->next_out = out;
	copy->avail_out = MOST;
	inflate_on(copy, out);
	return (size_t)(copy->next_out - out);
}

/* A code that is cut off is another symbol when other bits follow: so what all give is what stands
 * there. */
void inflate_flush(struct inflate_state *state)
{
	static const uint8_t pads[] = {0xff, 0x55, 0xaa, 0xcc};
	uint8_t said[MOST], other[MOST];
	size_t size = inflate_padded(state, 0x00, said);

	for (size_t i = 0; i < sizeof(pads); i++) {
		size_t same = 0;

		size = MIN(size, inflate_padded(state, pads[i], other));
		while (same < size && said[same] == other[same])
			same++;
		size = same;
	}
	size = MIN(size, state->avail_out);
	memcpy(state->next_out, said, size);
	state->next_out += size;
	state->avail_out -= (uint32_t)size;
}
