/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_FLAT_LINE_H
#define WH_REPORT_FLAT_LINE_H

#include <glib.h>

/* Makes the last line of `lines`, which begins at `begin` and is an object of JSON as this program
 * writes it, one of texts, numbers, true and false only: a member that is an object or a list
 * becomes a text, which is its JSON. */
void flat_line_make(GString *lines, gsize begin);

#endif
