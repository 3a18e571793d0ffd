/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_SEVENZIP_DECODE_H
#define WH_ARCHIVE_SEVENZIP_DECODE_H

#include "archive/sevenzip/piece.h"

/* Unpacks the beginning of a packed stream: enough for headers and for proving passwords. */
struct sevenzip_decoder;

/*
 * `coder` reads the piece; NULL is a stored one. The caller reads no more than `most` bytes,
 * which bounds the memory. NULL when the coder is not LZMA, LZMA2 or Copy, or is
 * damaged. Borrows both and `in`.
 */
struct sevenzip_decoder *sevenzip_decoder_new(const struct sevenzip_coder *coder,
					      const struct sevenzip_piece *piece, struct stream *in,
					      size_t most);
void sevenzip_decoder_free(struct sevenzip_decoder *decoder);

/* The next bytes; fewer than `size` when they end, or are damaged after them. */
size_t sevenzip_decoder_read(struct sevenzip_decoder *decoder, uint8_t *out, size_t size);

#endif
