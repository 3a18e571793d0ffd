/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CIMGEN_HASHED_NAME_H
#define WH_CIMGEN_HASHED_NAME_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* Which Windows the repository is like: XP and 2003, or Vista and later. */
enum repository_layout { LAYOUT_V6, LAYOUT_XP };

/* The hash that stands for a name or key in the index: upper-case hex digits of MD5 (xp) or SHA-256
 * over the upper-cased UTF-16LE. The caller frees it. */
char *hashed_name(enum repository_layout layout, const GByteArray *utf16);
char *hashed_name_text(enum repository_layout layout, const char *utf8);

#endif
