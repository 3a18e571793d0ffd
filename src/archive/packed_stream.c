/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/packed_stream.h"

#include "config.h"

#include <bzlib.h>
#include <errno.h>
#include <glib.h>
#include <lzma.h>
#include <string.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "base/limits.h"

/*
 * How it works. The libraries give what they unpacked even when they find an error after it;
 * libarchive's readers around them drop up to a block of that. So they are used as they are, one
 * stream at a time, each behind a struct packer.
 */

#define INPUT_SIZE (64 << 10)

enum packer_step {
	PACKER_GOES_ON,
	PACKER_ENDS, /* the stream; another may follow */
	PACKER_DAMAGED,
	PACKER_REFUSES, /* it needs more memory than it may have, or what the library has not */
};

/* What a step takes from and gives to. */
struct packed_place {
	const uint8_t *in;
	size_t in_size;
	uint8_t *out;
	size_t out_size;
};

union packer_state {
	bz_stream bzip2;
	lzma_stream lzma;
	struct {
		void *stream;
		size_t wanted; /* packed bytes of the next step */
	} zstd;
};

struct packer {
	enum archive_kind kind;
	const char *name;
	/* Ready for a new stream; `state` is zero, or what end() left. */
	bool (*begin)(union packer_state *state);
	enum packer_step (*step)(union packer_state *state, struct packed_place *place);
	void (*end)(union packer_state *state);
};

struct packed_layer {
	struct layer layer;
	struct feed *below;
	const struct packer *packer;
	union packer_state state;
	struct packed_place place;
	size_t held; /* bytes of below that `place` looks at */
	bool begun, ended;
};

static bool begin_bzip2(union packer_state *state)
{
	state->bzip2 = (bz_stream){0};
	return BZ2_bzDecompressInit(&state->bzip2, 0, 0) == BZ_OK;
}

static enum packer_step step_bzip2(union packer_state *state, struct packed_place *place)
{
	bz_stream *bzip2 = &state->bzip2;
	unsigned out_size = (unsigned)MIN(place->out_size, INT32_MAX);
	unsigned in_size = (unsigned)place->in_size;
	int status;

	bzip2->next_in = (char *)place->in;
	bzip2->avail_in = in_size;
	bzip2->next_out = (char *)place->out;
	bzip2->avail_out = out_size;
	status = BZ2_bzDecompress(bzip2);
	place->in += in_size - bzip2->avail_in;
	place->in_size -= in_size - bzip2->avail_in;
	place->out += out_size - bzip2->avail_out;
	place->out_size -= out_size - bzip2->avail_out;
	if (status == BZ_STREAM_END)
		return PACKER_ENDS;
	if (status == BZ_MEM_ERROR)
		return PACKER_REFUSES;
	return status == BZ_OK ? PACKER_GOES_ON : PACKER_DAMAGED;
}

static void end_bzip2(union packer_state *state)
{
	BZ2_bzDecompressEnd(&state->bzip2);
}

static bool begin_xz(union packer_state *state)
{
	state->lzma = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_stream_decoder(&state->lzma, WH_WORKER_MEMORY, 0) == LZMA_OK;
}

static enum packer_step step_xz(union packer_state *state, struct packed_place *place)
{
	lzma_stream *lzma = &state->lzma;
	lzma_ret status;

	lzma->next_in = place->in;
	lzma->avail_in = place->in_size;
	lzma->next_out = place->out;
	lzma->avail_out = place->out_size;
	status = lzma_code(lzma, LZMA_RUN);
	*place = (struct packed_place){lzma->next_in, lzma->avail_in, lzma->next_out,
				       lzma->avail_out};
	switch (status) {
	case LZMA_OK:
	case LZMA_BUF_ERROR: /* nothing could be done with what there is */
		return PACKER_GOES_ON;
	case LZMA_STREAM_END:
		return PACKER_ENDS;
	case LZMA_MEM_ERROR:
	case LZMA_MEMLIMIT_ERROR:
	case LZMA_OPTIONS_ERROR:
		return PACKER_REFUSES;
	default:
		return PACKER_DAMAGED;
	}
}

static void end_xz(union packer_state *state)
{
	lzma_end(&state->lzma);
}

#ifdef HAVE_ZSTD
#define ZSTD_BLOCK_HEADER 3 /* bytes (RFC 8878, 3.1.1.2) */

static bool begin_zstd(union packer_state *state)
{
	state->zstd.stream = ZSTD_createDStream();
	state->zstd.wanted = ZSTD_BLOCK_HEADER;
	return state->zstd.stream != NULL;
}

/* A call that fails does not say what it gave before: so each is for one block or its header. What
 * zstd wants next is a block with the header of the one after it. */
static enum packer_step step_zstd(union packer_state *state, struct packed_place *place)
{
	ZSTD_inBuffer in = {place->in, MIN(place->in_size, state->zstd.wanted), 0};
	ZSTD_outBuffer out = {place->out, place->out_size, 0};
	size_t status = ZSTD_decompressStream(state->zstd.stream, &out, &in);

	place->in += in.pos;
	place->in_size -= in.pos;
	place->out += out.pos;
	place->out_size -= out.pos;
	if (ZSTD_isError(status))
		return strstr(ZSTD_getErrorName(status), "memory") ? PACKER_REFUSES
								   : PACKER_DAMAGED;
	state->zstd.wanted = status > ZSTD_BLOCK_HEADER ? status - ZSTD_BLOCK_HEADER : status;
	return status == 0 ? PACKER_ENDS : PACKER_GOES_ON;
}

static void end_zstd(union packer_state *state)
{
	ZSTD_freeDStream(state->zstd.stream);
}
#endif

static const struct packer packers[] = {
	{ARCHIVE_BZIP2, "bzip2", begin_bzip2, step_bzip2, end_bzip2},
	{ARCHIVE_XZ, "xz", begin_xz, step_xz, end_xz},
#ifdef HAVE_ZSTD
	{ARCHIVE_ZSTD, "zstd", begin_zstd, step_zstd, end_zstd},
#endif
};

/* Damage stands in the packed bytes, and they have the names. `what`: of the data. */
static void report(struct packed_layer *packed, const char *what)
{
	uint64_t offset = packed->layer.offset;
	g_autofree char *text = g_strdup_printf("the %s data %s", packed->packer->name, what);

	packed->layer.offset = packed->below->reader.offset + packed->held - packed->place.in_size;
	layer_report(&packed->layer, FAULT_ARCHIVE_DAMAGED, text);
	packed->layer.offset = offset;
}

static void stop(struct packed_layer *packed)
{
	if (packed->begun)
		packed->packer->end(&packed->state);
	packed->begun = false;
}

static bool begin(struct packed_layer *packed)
{
	packed->begun = packed->packer->begin(&packed->state);
	if (!packed->begun)
		report(packed, "needs more memory than there is");
	return packed->begun;
}

/* What was looked at and not used is given back. */
static void let_go(struct packed_layer *packed)
{
	reader_skip(&packed->below->reader, packed->held - packed->place.in_size);
	packed->held = packed->place.in_size = 0;
}

/* False at the end, and when reading failed. */
static bool fetch(struct packed_layer *packed)
{
	let_go(packed);
	packed->held = reader_peek(&packed->below->reader, INPUT_SIZE, &packed->place.in);
	packed->place.in_size = packed->held;
	packed->layer.packed += packed->held;
	return packed->held > 0;
}

/* After a stream: another one, padding (zeros, or a line feed that a shell added), or the end.
 * False at the end. */
static bool find_stream(struct packed_layer *packed)
{
	struct reader *reader = &packed->below->reader;
	const uint8_t *data;
	size_t size;

	stop(packed);
	packed->layer.packed -= packed->place.in_size;
	let_go(packed);
	while ((size = reader_peek(reader, INPUT_SIZE, &data)) > 0) {
		size_t i = 0;

		while (i < size && (data[i] == 0 || g_ascii_isspace(data[i])))
			i++;
		reader_skip(reader, i);
		if (i < size)
			break;
	}
	size = reader_peek(reader, WH_ARCHIVE_HEAD, &data);
	if (size == 0)
		return false;
	if (archive_kind_tell(data, size) == packed->packer->kind)
		return begin(packed);
	report(packed, "is followed by bytes that are none");
	return false;
}

/* One step. False: there will be no more, and the reason is reported. */
static bool step(struct packed_layer *packed)
{
	struct packed_place *place = &packed->place;
	bool at_end = place->in_size == 0 && !fetch(packed);
	size_t room = place->out_size;

	switch (packed->packer->step(&packed->state, place)) {
	case PACKER_GOES_ON:
		break;
	case PACKER_ENDS:
		return find_stream(packed);
	case PACKER_DAMAGED:
		report(packed, "is damaged");
		return false;
	case PACKER_REFUSES:
		report(packed, "needs more memory than there is, or is of a kind that is not read");
		return false;
	}
	if (!at_end || place->out_size < room)
		return true;
	if (!packed->below->reader.error)
		report(packed, "is cut off");
	return false;
}

static ssize_t read_packed(struct stream *stream, void *buffer, size_t size)
{
	struct packed_layer *packed = (struct packed_layer *)stream;
	size_t got;

	packed->place.out = buffer;
	packed->place.out_size = size;
	if (!packed->begun && !packed->ended)
		packed->ended = !begin(packed);
	while (!packed->ended && packed->place.out_size > 0)
		packed->ended = !step(packed);
	got = size - packed->place.out_size;
	packed->layer.offset += got;
	if (got == 0 && size > 0 && packed->below->reader.error) {
		errno = packed->below->reader.error;
		return -1;
	}
	return (ssize_t)got;
}

static bool rewind_packed(struct layer *layer)
{
	struct packed_layer *packed = (struct packed_layer *)layer;

	if (!feed_rewind(packed->below))
		return false;
	stop(packed);
	packed->held = packed->place.in_size = 0;
	packed->ended = false;
	layer->offset = layer->packed = 0;
	return true;
}

static void free_packed(struct layer *layer)
{
	stop((struct packed_layer *)layer);
	g_free(layer);
}

struct layer *packed_layer_new(struct feed *below, enum archive_kind kind,
			       const struct fault_sink *faults)
{
	struct packed_layer *packed;
	gsize i = 0;

	while (i < G_N_ELEMENTS(packers) && packers[i].kind != kind)
		i++;
	if (i == G_N_ELEMENTS(packers))
		return NULL;
	packed = g_new0(struct packed_layer, 1);
	packed->layer = (struct layer){.stream = {.path = below->layer->stream.path,
						  .entry = below->layer->stream.entry,
						  .read = read_packed},
				       .rewind = below->layer->rewind ? rewind_packed : NULL,
				       .free = free_packed,
				       .faults = faults};
	packed->below = below;
	packed->packer = &packers[i];
	return &packed->layer;
}
