/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_PROSE_H
#define WH_REPORT_PROSE_H

#include <glib.h>
#include <stdbool.h>

/* Text for people, on lines that fit. What is handed over is as the log has it: it is made
 * printable here. */
struct prose {
	GString *out; /* borrowed */
	unsigned width; /* columns that a line may have, 0: without bound */
	bool colour; /* headings are bold */
	bool full; /* texts of several lines are shown whole */
	GTimeZone *zone; /* that times are of; borrowed, NULL: UTC */
};

/* A line of its own. */
void prose_add_heading(const struct prose *prose, const char *text);

/* Appends text on as many lines as it takes: the first after `indent` blanks, the others after
 * `hanging`. Runs of white space are one blank. */
void prose_add(const struct prose *prose, unsigned indent, unsigned hanging, const char *text);

/* Appends printable text to a line that has `column` columns already, and ends it. */
void prose_go_on(const struct prose *prose, unsigned column, unsigned hanging, const char *text);

/* The same for a text that has lines, such as a script: all of them as they are, or the first few
 * that are not empty, cut where they are long, and how many more there are. */
void prose_add_lines(const struct prose *prose, unsigned indent, const char *text);

/* Such a text with a name before it; nothing for one that is empty or NULL. */
void prose_add_named(const struct prose *prose, unsigned indent, const char *name,
		     const char *text);

#endif
