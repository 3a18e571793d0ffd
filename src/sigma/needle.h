/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_NEEDLE_H
#define WH_SIGMA_NEEDLE_H

#include <stdbool.h>
#include <stddef.h>

/* A plain text that is looked for in others, at one of their ends, both, or anywhere. */
struct needle {
	char *text; /* in lower case unless cased */
	size_t length;
	bool cased;
	bool at_start;
	bool at_end;
};

/* Copies the text. False, with nothing to release, where plain comparing of bytes would
 * not do: any case of letters beyond ASCII. The flags of *out are the caller's. */
bool needle_init(struct needle *needle, const char *text, size_t length);
void needle_release(struct needle *needle);

/* Sets *start to where the first place is. */
bool needle_find(const struct needle *needle, const char *text, size_t length, size_t *start);

#endif
