/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_NAME_SEARCH_H
#define WH_EXPORT_NAME_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#define WH_SOUGHT_NAMES 8

/* A search for several members, names in quotes, in one pass over a text. */
struct name_search {
	const char *names[WH_SOUGHT_NAMES]; /* borrowed */
	size_t lengths[WH_SOUGHT_NAMES];
	uint8_t by_letter[256]; /* bit i: name i begins so, after its quote */
};

/* Seeks one name more, which is `number` below WH_SOUGHT_NAMES and must outlive the search. It
 * begins with a quote, which is not all of it. The search was all zeros at first. */
void name_search_add(struct name_search *search, unsigned number, const char *name);

/* Where the next name begins in the text; NULL when there is none. `names`: bit i is set when name
 * i stands there. */
const char *name_search_next(const struct name_search *search, const char *text, const char *end,
			     unsigned *names);

#endif
