/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_SEVENZIP_PIECE_H
#define WH_ARCHIVE_SEVENZIP_PIECE_H

#include "archive/sevenzip/key.h"
#include "archive/sevenzip/streams.h"
#include "input/stream.h"

/* A packed stream of a 7z without its encryption, if it has one. */
struct sevenzip_piece {
	uint64_t start; /* where it stands in the plain archive */
	uint64_t size;
	uint64_t offset; /* in the archive */
	const struct sevenzip_key *key; /* NULL: not encrypted */
	uint8_t vector[WH_SEVENZIP_BLOCK];
};

/*
 * Packed stream `i` of a folder, at 0. Makes the key where it needs one. Returns false, *problem
 * one static clause, when that cannot be read.
 */
bool sevenzip_piece_find(const struct sevenzip_streams *streams,
			 const struct sevenzip_folder *folder, unsigned i,
			 struct sevenzip_keys *keys, struct sevenzip_piece *out,
			 const char **problem);

/* As pread(2) within the piece; may give less than is there. */
ssize_t sevenzip_piece_read(const struct sevenzip_piece *piece, struct stream *in, void *buffer,
			    size_t size, uint64_t offset);

#endif
