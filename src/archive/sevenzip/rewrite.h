/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_SEVENZIP_REWRITE_H
#define WH_ARCHIVE_SEVENZIP_REWRITE_H

#include "archive/sevenzip/piece.h"

/*
 * Appends to `out` the header (kHeader) of the same archive without encryption, its packed streams
 * one after the other from the start; and these to `pieces` (struct sevenzip_piece), counted
 * from the end of the signature header. Returns false, *problem one static clause, when
 * the encryption is not of a kind that is read.
 */
bool sevenzip_rewrite(const struct sevenzip_streams *streams, struct sevenzip_keys *keys,
		      GByteArray *out, GArray *pieces, const char **problem);

#endif
