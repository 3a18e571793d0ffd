/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_PACKING_H
#define WH_BASE_PACKING_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * What one process of a run hands to the next as bytes: structs of fixed size, as they lie in
 * memory, and texts. A text is its length (32 bits, the NUL after it included; 0: the text is
 * absent), its bytes, and a NUL. Who reads them believes nothing.
 */

/* Appends a text; NULL: an absent one. */
void pack_text(GByteArray *out, const char *text);

/* What is left of the bytes to read. */
struct unpacking {
	const uint8_t *at;
	size_t left;
	bool ok; /* there was all that was asked for */
};

/* Copies `size` bytes to `out`; zeros when there are not so many, or something failed before. */
static inline void unpack_bytes(struct unpacking *bytes, void *out, size_t size)
{
	bytes->ok = bytes->ok && bytes->left >= size;
	if (!bytes->ok) {
		memset(out, 0, size);
		return;
	}
	memcpy(out, bytes->at, size);
	bytes->at += size;
	bytes->left -= size;
}

/* A text, which is UTF-8, where it lies in the bytes. NULL for an absent one; also, and not ok,
 * when there is none. */
const char *unpack_text(struct unpacking *bytes);

#endif
