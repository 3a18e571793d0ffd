/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wildcard.h"

#include <glib.h>
#include <string.h>

/* Where the name does not go on as the pattern does, the last star takes one character more: what
 * an earlier one took never has to be tried anew. */
bool wildcard_fits(const char *pattern, const char *name)
{
	const char *star = NULL, *taken = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = pattern++;
			taken = name;
		} else if (*pattern == '?') {
			pattern++;
			name = g_utf8_next_char(name);
		} else if (g_ascii_tolower(*pattern) == g_ascii_tolower(*name)) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star + 1;
			name = taken = g_utf8_next_char(taken);
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

bool wildcard_has_any(const char *pattern)
{
	return strpbrk(pattern, "*?") != NULL;
}
