/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_CELL_H
#define WH_REPORT_CELL_H

#include <glib.h>
#include <stdbool.h>

/* The text of one cell of a table. Every width is in columns of the terminal, by the
 * locale that setlocale() chose. */

/*
 * Appends `text` (whatever a log holds) as the locale's terminal can show it on one
 * line: what is unsafe, has no width or lies outside the locale's charset is escaped.
 */
void cell_append_printable(GString *out, const char *text);

/* The width, in columns, of text that cell_append_printable() made. */
unsigned cell_width(const char *text);

/* The bytes of such text that fit into `width` columns. */
size_t cell_fitting_size(const char *text, unsigned width);

/* Cuts text that cell_append_printable() made and that is wider than `width` columns, and marks the
 * place. */
void cell_cut(GString *text, unsigned width);

/* That mark, as the locale can show it. */
const char *cell_cut_mark(void);

#endif
