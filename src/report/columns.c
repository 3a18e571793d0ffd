/* SPDX-License-Identifier: Apache-2.0 */
#include "report/columns.h"

#include <glib.h>

static unsigned excess_of(const unsigned *widths, unsigned count, unsigned total)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < count; i++)
		sum += widths[i];
	return sum > total ? sum - total : 0;
}

/* Takes up to `excess` from the width; returns what is still to be taken. */
static unsigned shrink(unsigned *width, unsigned least, unsigned excess)
{
	unsigned spare = *width > least ? *width - least : 0;
	unsigned cut = MIN(spare, excess);

	*width -= cut;
	return excess - cut;
}

void columns_fit(const struct column *columns, unsigned count, unsigned total, unsigned *widths)
{
	unsigned excess = excess_of(widths, count, total);

	for (unsigned round = 0; round < WH_COLUMN_FLOORS; round++)
		for (unsigned turn = 1; turn <= WH_COLUMN_TURNS; turn++)
			for (unsigned i = 0; i < count; i++)
				if (columns[i].turn == turn)
					excess = shrink(&widths[i], columns[i].floors[round],
							excess);
}
