/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/sevenzip/decode.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "base/aligned.h"

#define PACKED_STEP 32768

struct sevenzip_decoder {
	const struct sevenzip_piece *piece;
	struct stream *in;
	uint64_t offset; /* in the piece */
	bool is_stored, is_ended;
	lzma_stream lzma;
	WH_ALIGNED uint8_t packed[PACKED_STEP];
};

/* Nothing can be copied from further back than what has been unpacked, so a dictionary of
 * `most` bytes does, whatever the archive asks for. */
static bool begin_lzma(struct sevenzip_decoder *decoder, lzma_vli id,
		       const struct sevenzip_coder *coder, size_t most)
{
	lzma_filter filters[2] = {{.id = id}, {.id = LZMA_VLI_UNKNOWN}};
	const uint8_t *properties = coder->raw + coder->raw_size - coder->properties_size;
	lzma_options_lzma *options;
	lzma_ret result;

	if (lzma_properties_decode(&filters[0], NULL, properties, coder->properties_size) !=
	    LZMA_OK)
		return false;
	options = filters[0].options;
	options->dict_size = MIN(options->dict_size, (uint32_t)MAX(most, LZMA_DICT_SIZE_MIN));
	result = lzma_raw_decoder(&decoder->lzma, filters);
	free(options);
	return result == LZMA_OK;
}

static bool begin(struct sevenzip_decoder *decoder, const struct sevenzip_coder *coder, size_t most)
{
	switch (coder ? coder->method : WH_SEVENZIP_COPY) {
	case WH_SEVENZIP_COPY:
		decoder->is_stored = true;
		return true;
	case WH_SEVENZIP_LZMA:
		return begin_lzma(decoder, LZMA_FILTER_LZMA1, coder, most);
	case WH_SEVENZIP_LZMA2:
		return begin_lzma(decoder, LZMA_FILTER_LZMA2, coder, most);
	default:
		return false;
	}
}

struct sevenzip_decoder *sevenzip_decoder_new(const struct sevenzip_coder *coder,
					      const struct sevenzip_piece *piece, struct stream *in,
					      size_t most)
{
	struct sevenzip_decoder *decoder = aligned_new(sizeof(*decoder));

	memset(decoder, 0, offsetof(struct sevenzip_decoder, packed));
	decoder->piece = piece;
	decoder->in = in;
	if (!begin(decoder, coder, most)) {
		sevenzip_decoder_free(decoder);
		return NULL;
	}
	return decoder;
}

void sevenzip_decoder_free(struct sevenzip_decoder *decoder)
{
	if (!decoder)
		return;
	lzma_end(&decoder->lzma);
	g_free(decoder);
}

static size_t read_packed(struct sevenzip_decoder *decoder, uint8_t *out, size_t size)
{
	ssize_t got = sevenzip_piece_read(decoder->piece, decoder->in, out, size, decoder->offset);

	if (got <= 0)
		return 0;
	decoder->offset += (size_t)got;
	return (size_t)got;
}

static size_t read_stored(struct sevenzip_decoder *decoder, uint8_t *out, size_t size)
{
	size_t done = 0, got = 1;

	while (done < size && got > 0) {
		got = read_packed(decoder, out + done, size - done);
		done += got;
	}
	return done;
}

size_t sevenzip_decoder_read(struct sevenzip_decoder *decoder, uint8_t *out, size_t size)
{
	lzma_stream *lzma = &decoder->lzma;

	if (decoder->is_stored)
		return read_stored(decoder, out, size);
	lzma->next_out = out;
	lzma->avail_out = size;
	while (lzma->avail_out > 0 && !decoder->is_ended) {
		if (lzma->avail_in == 0) {
			lzma->next_in = decoder->packed;
			lzma->avail_in = read_packed(decoder, decoder->packed, PACKED_STEP);
		}
		/* Without input it gives what it holds back, then an error. */
		if (lzma_code(lzma, LZMA_RUN) != LZMA_OK)
			decoder->is_ended = true;
	}
	return size - lzma->avail_out;
}
