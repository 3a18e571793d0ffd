/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_DISTINCT_H
#define WH_REPORT_DISTINCT_H

#include <glib.h>

/* Cutting the cells of a column (GString, of cell_append_printable()) so that those that differ
 * still do. */

/* A width at which cell_cut() leaves no two that differ alike; at most that of the widest. */
unsigned distinct_width(GString *const *cells, guint count);

/* Cuts what is wider than `width`; what would look like another cell has a number behind the mark
 * of the cut: the same for what is the same, in the order of the cells. */
void distinct_cut(GString *const *cells, guint count, unsigned width);

#endif
