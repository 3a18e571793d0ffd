/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/layer.h"

#include <glib.h>

void layer_report(struct layer *layer, enum fault_code code, const char *what)
{
	struct fault fault = {.code = code,
			      .what = what,
			      .path = layer->stream.path,
			      .entry = layer->stream.entry,
			      .offset = layer->offset,
			      .has_offset = true};

	if (!layer->reported)
		fault_report(layer->faults, &fault);
	layer->reported = true;
}

void layer_free(struct layer *layer)
{
	if (layer && layer->free)
		layer->free(layer);
}

void feed_init(struct feed *feed, struct layer *layer)
{
	reader_init(&feed->reader, &layer->stream);
	feed->layer = layer;
}

void feed_release(struct feed *feed)
{
	reader_release(&feed->reader);
}

void feed_restart(struct feed *feed, struct layer *layer)
{
	reader_restart(&feed->reader, &layer->stream);
	feed->layer = layer;
}

bool feed_rewind(struct feed *feed)
{
	if (!feed->layer->rewind || !feed->layer->rewind(feed->layer))
		return false;
	feed_restart(feed, feed->layer);
	return true;
}

uint64_t feed_skip(struct feed *feed, uint64_t size)
{
	struct reader *reader = &feed->reader;
	uint64_t left = size;
	const uint8_t *data;

	while (left > 0) {
		size_t held = MIN(reader->end - reader->start, left);

		reader_skip(reader, held);
		left -= held;
		if (left > WH_READER_SIZE && feed->layer->skip &&
		    feed->layer->skip(feed->layer, left)) {
			reader->offset += left;
			left = 0;
		}
		if (left > 0 && reader_peek(reader, 1, &data) == 0)
			break;
	}
	return size - left;
}
