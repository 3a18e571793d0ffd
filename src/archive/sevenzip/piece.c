/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/sevenzip/piece.h"

#include <string.h>

/* Decrypted at once; with the block before it, on the stack. */
#define STEP 32768

bool sevenzip_piece_find(const struct sevenzip_streams *streams,
			 const struct sevenzip_folder *folder, unsigned i,
			 struct sevenzip_keys *keys, struct sevenzip_piece *out,
			 const char **problem)
{
	const uint64_t *offsets =
		&g_array_index(streams->packed_offsets, uint64_t, folder->packed + i);
	uint64_t packed_size = offsets[1] - offsets[0];
	struct sevenzip_entrance entrance = sevenzip_folder_entrance(streams, folder, i);
	struct sevenzip_piece piece = {.size = packed_size, .offset = offsets[0]};
	struct sevenzip_aes aes;

	if (entrance.aes) {
		const struct sevenzip_coder *coder = entrance.aes;

		if (!sevenzip_aes_parse(coder->raw + coder->raw_size - coder->properties_size,
					coder->properties_size, &aes)) {
			*problem = "7z encryption of an unknown kind";
			return false;
		}
		if (entrance.size > packed_size - packed_size % WH_SEVENZIP_BLOCK) {
			*problem = "damaged 7z header: encrypted bytes are missing";
			return false;
		}
		piece.size = entrance.size;
		memcpy(piece.vector, aes.vector, sizeof(piece.vector));
		piece.key = sevenzip_keys_get(keys, &aes);
		if (!piece.key) {
			*problem = "7z encryption that takes too much work to open";
			return false;
		}
	}
	*out = piece;
	return true;
}

/* CBC needs no more than the cipher block before: any block can be read on its own. */
static ssize_t read_blocks(const struct sevenzip_piece *piece, struct stream *in, void *buffer,
			   size_t size, uint64_t offset)
{
	uint64_t skip = offset % WH_SEVENZIP_BLOCK, start = offset - skip;
	size_t before = start > 0 ? WH_SEVENZIP_BLOCK : 0;
	uint8_t blocks[WH_SEVENZIP_BLOCK + STEP], vector[WH_SEVENZIP_BLOCK];
	size_t whole =
		(MIN(size + skip, STEP) + WH_SEVENZIP_BLOCK - 1) & ~(WH_SEVENZIP_BLOCK - 1ul);
	ssize_t got =
		stream_read_all_at(in, blocks, before + whole, piece->offset + start - before);

	if (got < 0)
		return -1;
	whole = (size_t)got > before ? (size_t)got - before : 0;
	whole -= whole % WH_SEVENZIP_BLOCK;
	if (whole <= skip)
		return 0;
	memcpy(vector, before ? blocks : piece->vector, sizeof(vector));
	sevenzip_decrypt(piece->key, vector, blocks + before, whole, blocks + before);
	size = MIN(size, whole - skip);
	memcpy(buffer, blocks + before + skip, size);
	return (ssize_t)size;
}

ssize_t sevenzip_piece_read(const struct sevenzip_piece *piece, struct stream *in, void *buffer,
			    size_t size, uint64_t offset)
{
	if (offset >= piece->size)
		return 0;
	size = (size_t)MIN(size, piece->size - offset);
	if (!piece->key)
		return in->read_at(in, buffer, size, piece->offset + offset);
	return read_blocks(piece, in, buffer, size, offset);
}
