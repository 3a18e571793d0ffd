/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_ENCODING_H
#define WH_SIGMA_ENCODING_H

#include <glib.h>
#include <stdbool.h>

enum utf16 {
	UTF16_NONE,
	UTF16_LITTLE,
	UTF16_BIG,
	UTF16_MARKED, /* little-endian after a byte order mark */
};

enum base64 {
	BASE64_NONE,
	BASE64_WHOLE,
	BASE64_ANYWHERE, /* as a part of something longer, at any of three shifts */
};

/* What a rule's value goes through before it is looked for. */
struct encoding {
	enum utf16 utf16;
	enum base64 base64;
};

bool encoding_is_set(const struct encoding *encoding);

/*
 * Adds the texts (char *) to look for, one or, for BASE64_ANYWHERE, three. Returns what
 * is wrong, one clause, when the encoding has no such text; NULL on success.
 */
const char *encoding_add_texts(const struct encoding *encoding, const char *text, GPtrArray *texts);

#endif
