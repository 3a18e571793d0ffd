/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_LITERAL_H
#define WH_WMI_LITERAL_H

#include <glib.h>
#include <stdbool.h>

#include "base/arena.h"

/*
 * Reads the MOF string literal whose opening quote (" or ') stands at `at` and
 * appends its unescaped text to `out`. Returns the place after the closing quote;
 * where the text ends inside the literal, its end, and *closed is false. An escape
 * that MOF does not know stays as it is written.
 */
const char *literal_read(const char *at, GString *out, bool *closed);

/*
 * A value as Sysmon logs it: a space and a quoted literal. Returns the text that
 * the literal stands for, in the arena; a value that is no single literal comes back
 * unchanged, a cut-off literal as far as it goes.
 */
const char *literal_decode(const char *text, struct arena *arena);

/* White space of MOF text: space, tab, CR, LF, VT, FF. */
bool literal_is_blank(char c);

#endif
