/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/sevenzip/proof.h"

#include <string.h>

#include "base/crc32.h"
#include "base/limits.h"
#include "archive/sevenzip/decode.h"

/* Folders tried, as one may be damaged and the password right. */
#define TRIED 3

/* So many bytes do not come out of random ones: LZMA stumbles within a few, LZMA2 must take
 * them for three stored chunks (64 KiB at most) in a row. */
#define CONVINCING (128 << 10)

/* A CRC-32 of fewer bytes proves less than its 32 bits. */
#define TELLING 16

enum verdict { FITS, FITS_NOT, UNKNOWN };

struct candidate {
	const struct sevenzip_folder *folder;
	uint64_t rank; /* the less the better */
};

/* LZMA may feed a filter, whose output the digest is of. */
static bool is_last(const struct sevenzip_folder *folder)
{
	return folder->bind_count <= 1;
}

static bool can_decode(const struct sevenzip_coder *coder)
{
	return !coder || coder->method == WH_SEVENZIP_COPY || coder->method == WH_SEVENZIP_LZMA ||
	       coder->method == WH_SEVENZIP_LZMA2;
}

static bool is_stored(const struct sevenzip_coder *coder)
{
	return !coder || coder->method == WH_SEVENZIP_COPY;
}

static uint64_t rank_folder(const struct sevenzip_folder *folder,
			    const struct sevenzip_entrance *entrance)
{
	uint64_t rank = folder->first_size;

	if (!can_decode(entrance->next))
		return UINT64_MAX;
	if (folder->first.is_defined && is_last(folder) && rank >= TELLING)
		return MIN(rank, UINT64_MAX / 4);
	/* Without a digest: packed ones before stored ones, large before small. */
	return UINT64_MAX / 2 + (is_stored(entrance->next) ? UINT64_MAX / 4 : 0) +
	       (UINT64_MAX / 4 - MIN(entrance->size, UINT64_MAX / 4));
}

static void add_candidate(struct candidate *candidates, unsigned *count, struct candidate candidate)
{
	unsigned at = *count < TRIED ? (*count)++ : TRIED - 1;

	if (at == TRIED - 1 && candidates[at].folder && candidates[at].rank <= candidate.rank)
		return;
	for (; at > 0 && candidates[at - 1].rank > candidate.rank; at--)
		candidates[at] = candidates[at - 1];
	candidates[at] = candidate;
}

static unsigned choose(const struct sevenzip_streams *streams, struct candidate *candidates)
{
	unsigned count = 0;

	for (guint i = 0; i < streams->folders->len; i++) {
		const struct sevenzip_folder *folder =
			&g_array_index(streams->folders, struct sevenzip_folder, i);
		struct sevenzip_entrance entrance = sevenzip_folder_entrance(streams, folder, 0);

		if (entrance.aes && folder->first_size > 0 && entrance.size > 0)
			add_candidate(candidates, &count,
				      (struct candidate){folder, rank_folder(folder, &entrance)});
	}
	return count;
}

struct sample {
	uint64_t want; /* bytes that there are, and that the limit allows */
	uint64_t got;
	bool is_first_whole; /* the first file was read to its end, */
	uint32_t first_crc; /* and has this digest */
};

static void decode_sample(struct sevenzip_decoder *decoder, uint64_t first_size,
			  struct sample *sample)
{
	uint8_t block[16384];
	size_t size, got;

	do {
		uint64_t left = sample->want - sample->got;

		/* Ends where the first file does, and where there is nothing left. */
		if (sample->got < first_size)
			left = MIN(left, first_size - sample->got);
		size = (size_t)MIN(left, sizeof(block));
		got = sevenzip_decoder_read(decoder, block, size);
		if (sample->got < first_size)
			sample->first_crc = crc32_update(sample->first_crc, block, got);
		sample->got += got;
		sample->is_first_whole = sample->got >= first_size;
	} while (size > 0 && got == size);
}

static enum verdict judge(const struct sevenzip_folder *folder, const struct sample *sample,
			  bool stored)
{
	bool has_digest = folder->first.is_defined && is_last(folder);

	if (has_digest && sample->is_first_whole && sample->first_crc == folder->first.crc)
		return FITS;
	if (!stored && sample->got >= CONVINCING)
		return FITS;
	if (sample->got < sample->want || (has_digest && sample->is_first_whole))
		return FITS_NOT;
	return UNKNOWN;
}

/* What the coders that are not unpacked here begin with. */
static enum verdict judge_start(const struct sevenzip_piece *piece, struct stream *in,
				uint64_t method)
{
	uint8_t start[3] = {0};

	if (sevenzip_piece_read(piece, in, start, sizeof(start), 0) != sizeof(start))
		return UNKNOWN;
	if (method == WH_SEVENZIP_PPMD)
		return start[0] == 0 ? UNKNOWN : FITS_NOT;
	if (method == WH_SEVENZIP_BZIP2)
		return memcmp(start, "BZh", 3) == 0 ? FITS : FITS_NOT;
	return UNKNOWN;
}

static enum verdict try_folder(const struct sevenzip_streams *streams,
			       const struct sevenzip_folder *folder, struct stream *in,
			       struct sevenzip_keys *keys)
{
	struct sevenzip_entrance entrance = sevenzip_folder_entrance(streams, folder, 0);
	bool stored = is_stored(entrance.next);
	size_t most = stored ? WH_MAX_SEVENZIP_STORED : WH_MAX_SEVENZIP_SAMPLE;
	struct sample sample = {.want = MIN(entrance.next_size, most)};
	struct sevenzip_decoder *decoder;
	struct sevenzip_piece piece;
	const char *problem;

	if (!sevenzip_piece_find(streams, folder, 0, keys, &piece, &problem))
		return UNKNOWN;
	if (!can_decode(entrance.next))
		return judge_start(&piece, in, entrance.next->method);
	decoder = sevenzip_decoder_new(entrance.next, &piece, in, most);
	if (!decoder)
		return UNKNOWN;
	decode_sample(decoder, folder->first_size, &sample);
	sevenzip_decoder_free(decoder);
	return judge(folder, &sample, stored);
}

bool sevenzip_password_fits(const struct sevenzip_streams *streams, struct stream *in,
			    struct sevenzip_keys *keys)
{
	struct candidate candidates[TRIED] = {0};
	unsigned count = choose(streams, candidates);
	bool is_contradicted = false;

	for (unsigned i = 0; i < count; i++) {
		enum verdict verdict = try_folder(streams, candidates[i].folder, in, keys);

		if (verdict == FITS)
			return true;
		is_contradicted |= verdict == FITS_NOT;
	}
	return !is_contradicted;
}
