/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_LITERALS_H
#define WH_EVTX_LITERALS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ASCII texts that are looked for all at once, as UTF-16LE at any byte and in any case. */
struct literals;

/* True for a text that can be in such a set: at least four printable ASCII characters. */
bool literal_can_be_sought(const char *text);

/* Copies the texts (char *, each of them such a text); the caller frees the set. */
struct literals *literals_new(const GPtrArray *texts);
void literals_free(struct literals *literals);

/* Is one of them anywhere in the bytes? */
bool literals_find(const struct literals *literals, const uint8_t *data, size_t size);

/*
 * Is there a character beyond ASCII that is an ASCII letter in another case: U+017F (s) or
 * U+212A (k)? Regexes that mind no case take them for the letters; literals_find() does not.
 */
bool literals_may_be_disguised(const uint8_t *data, size_t size);

#endif
