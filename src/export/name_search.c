/* SPDX-License-Identifier: Apache-2.0 */
#include "export/name_search.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* How it works. Quotes are sought in eight bytes at once, and what follows one is mostly no letter
 * that a name begins with. */

#define EACH UINT64_C(0x0101010101010101) /* times a byte: eight of it */
#define WORD sizeof(uint64_t)

void name_search_add(struct name_search *search, unsigned number, const char *name)
{
	search->names[number] = name;
	search->lengths[number] = strlen(name);
	search->by_letter[(uint8_t)name[1]] |= (uint8_t)(1U << number);
}

/* The highest bit of each byte that is a quote, the first byte lowest. */
static uint64_t find_quotes(const char *text)
{
	uint64_t bytes, low;

	memcpy(&bytes, text, WORD);
	bytes = GUINT64_FROM_LE(bytes) ^ (EACH * '"');
	low = (bytes & (EACH * 0x7F)) + EACH * 0x7F;
	return ~(low | bytes) & (EACH * 0x80);
}

static bool stands_at(const char *at, size_t size, const char *name, size_t length)
{
	/* Names that begin alike differ in length, mostly. */
	return length <= size && at[length - 1] == name[length - 1] &&
	       memcmp(at, name, length) == 0;
}

/* Which names stand at a quote. */
static inline unsigned find_names(const struct name_search *search, const char *at, const char *end)
{
	size_t size = (size_t)(end - at);
	unsigned maybe = size > 1 ? search->by_letter[(uint8_t)at[1]] : 0, found = 0;

	for (; maybe; maybe &= maybe - 1) {
		unsigned i = (unsigned)__builtin_ctz(maybe);

		if (stands_at(at, size, search->names[i], search->lengths[i]))
			found |= 1U << i;
	}
	return found;
}

const char *name_search_next(const struct name_search *search, const char *text, const char *end,
			     unsigned *names)
{
	for (; (size_t)(end - text) >= WORD; text += WORD) {
		for (uint64_t quotes = find_quotes(text); quotes; quotes &= quotes - 1) {
			const char *at = text + __builtin_ctzll(quotes) / 8;

			if ((*names = find_names(search, at, end)))
				return at;
		}
	}
	for (; text < end; text++)
		if (*text == '"' && (*names = find_names(search, text, end)))
			return text;
	return NULL;
}
