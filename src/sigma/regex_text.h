/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_REGEX_TEXT_H
#define WH_SIGMA_REGEX_TEXT_H

#include <glib.h>

/*
 * Texts (char *, printable ASCII) of which each text that the regex matches holds one, in any case;
 * NULL where the source does not show it: it is read as PCRE2 does, but only in part. Free with
 * g_ptr_array_unref().
 */
GPtrArray *regex_text_find(const char *source);

#endif
