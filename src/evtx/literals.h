/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_LITERALS_H
#define WH_EVTX_LITERALS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ASCII texts that are looked for all at once, in any case. */
struct literals;

/* True for a text that can be in such a set: at least four printable ASCII characters. */
bool literal_can_be_sought(const char *text);

/* A set to look for in characters of `unit` bytes: 2 of UTF-16LE, 1 of UTF-8. */
struct literals *literals_new(size_t unit);
void literals_free(struct literals *literals);

/* Copies a text that can be sought; `number` is that of who asks for it, for literals_mark(). */
void literals_add(struct literals *literals, const char *text, guint number);

/* To be called once, when all are added. */
void literals_finish(struct literals *literals);

/* Is one of them in the bytes, as UTF-16LE at any byte? */
bool literals_find(const struct literals *literals, const uint8_t *data, size_t size);

/* Is one of them in the text of `size` bytes, whose UTF-16LE units begin at its first byte? */
bool literals_find_in_text(const struct literals *literals, const uint8_t *text, size_t size);

/* Sets marks[number] for each number of which a text stands in this one, which is UTF-8. */
void literals_mark(const struct literals *literals, const char *text, size_t length,
		   uint8_t *marks);

/*
 * Is there a character beyond ASCII that is an ASCII letter in another case: U+017F (s) or
 * U+212A (k)? Regexes that mind no case take them for the letters; literals_find() does not.
 */
bool literals_may_be_disguised(const uint8_t *data, size_t size);

#endif
