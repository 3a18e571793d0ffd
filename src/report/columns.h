/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_COLUMNS_H
#define WH_REPORT_COLUMNS_H

#define WH_COLUMN_FLOORS 3

/* A column of a table, and how it yields when the terminal is too narrow. */
struct column {
	const char *title;
	/* 0: keeps its width; else its turn to give way, 1 first */
	unsigned turn;
	/* how far it shrinks in the first round of giving way, the second, … */
	unsigned floors[WH_COLUMN_FLOORS];
};

/*
 * Shrinks `widths` (of the widest cells) of `count` columns until they fit into
 * `total` columns, or all have given what they can.
 */
void columns_fit(const struct column *columns, unsigned count, unsigned total, unsigned *widths);

#endif
