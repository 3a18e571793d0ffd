/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_COLUMNS_H
#define WH_REPORT_COLUMNS_H

#include <stdbool.h>

#define WH_COLUMN_FLOORS 4
#define WH_COLUMN_TURNS 4

/* A column of a table, and how it yields when the terminal is too narrow. */
struct column {
	const char *title;
	/* 0: keeps its width; else its turn to give way, 1 first, up to WH_COLUMN_TURNS */
	unsigned turn;
	/* how far it shrinks in the first round of giving way, the second, … */
	unsigned floors[WH_COLUMN_FLOORS];
	/* its place on the second line of a row that has two, 1 first; 0: it stands on the first */
	unsigned below;
	bool drops_seconds; /* of its times, before anything else is cut */
	bool wraps; /* the last of a second line: a few more lines go on with it */
	bool is_distinct; /* what differs in it is never cut so that it looks alike */
};

/*
 * Shrinks `widths` (of the widest cells) of `count` columns until they fit into
 * `total` columns, or all have given what they can.
 */
void columns_fit(const struct column *columns, unsigned count, unsigned total, unsigned *widths);

#endif
