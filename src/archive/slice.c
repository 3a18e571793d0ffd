/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/slice.h"

#include <glib.h>

static void count(const struct slice *slice, ssize_t got)
{
	if (got > 0 && slice->calls)
		unpack_progress(slice->calls, (uint64_t)got);
}

static ssize_t slice_read_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	struct slice *slice = (struct slice *)stream;
	ssize_t got;

	if (offset >= slice->size)
		return 0;
	size = MIN(size, slice->size - offset);
	got = slice->whole->read_at(slice->whole, buffer, size, slice->begin + offset);
	count(slice, got);
	return got;
}

static ssize_t slice_read(struct stream *stream, void *buffer, size_t size)
{
	struct slice *slice = (struct slice *)stream;
	ssize_t got;

	if (slice->in_order) {
		got = slice->whole->read(slice->whole, buffer, size);
		count(slice, got);
	} else {
		got = slice_read_at(stream, buffer, size, slice->layer.offset);
	}
	if (got > 0)
		slice->layer.packed = slice->layer.offset += (uint64_t)got;
	return got;
}

static bool slice_rewind(struct layer *layer)
{
	struct slice *slice = (struct slice *)layer;

	slice->in_order = false;
	layer->packed = layer->offset = 0;
	return true;
}

static bool slice_skip(struct layer *layer, uint64_t size)
{
	struct slice *slice = (struct slice *)layer;

	if (layer->offset > slice->size || size > slice->size - layer->offset)
		return false;
	slice->in_order = false;
	layer->packed = layer->offset += size;
	return true;
}

void slice_init(struct slice *slice, struct stream *whole, uint64_t begin, uint64_t end,
		const struct fault_sink *faults)
{
	*slice = (struct slice){
		.layer = {.stream = {.path = whole->path,
				     .entry = whole->entry,
				     .read = slice_read,
				     .read_at = slice_read_at,
				     .size = end - begin},
			  .rewind = slice_rewind,
			  .skip = slice_skip,
			  .faults = faults},
		.whole = whole,
		.begin = begin,
		.size = end - begin,
	};
}

void slice_init_whole(struct slice *slice, struct stream *whole, const struct fault_sink *faults)
{
	slice_init(slice, whole, 0, whole->read_at ? whole->size : 0, faults);
	slice->layer.stream.volume_starts = whole->volume_starts;
	slice->layer.stream.volume_count = whole->volume_count;
	slice->in_order = true;
	if (whole->read_at)
		return;
	slice->layer.stream.read_at = NULL;
	slice->layer.rewind = NULL;
	slice->layer.skip = NULL;
}
