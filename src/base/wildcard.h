/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_WILDCARD_H
#define WH_BASE_WILDCARD_H

#include <stdbool.h>

/* Does the whole name (UTF-8) fit the pattern, in any case of ASCII letters? `*` stands for any
 * characters, also none, `?` for one. Takes time as the product of both lengths at most. */
bool wildcard_fits(const char *pattern, const char *name);

/* True where the pattern holds one of the two. */
bool wildcard_has_any(const char *pattern);

#endif
