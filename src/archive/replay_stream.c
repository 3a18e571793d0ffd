/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/replay_stream.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#include "base/aligned.h"
#include "base/limits.h"

#define BLOCK (64 << 10)
#define KEPT (WH_REPLAY_KEPT / BLOCK) /* blocks of the end */
#define RECENT 4 /* blocks of the pass under way */

struct block {
	uint8_t *data; /* BLOCK bytes once it is used */
	uint64_t number;
	size_t size; /* 0: empty */
};

struct replay {
	struct layer layer;
	struct feed *feed;
	uint64_t next; /* the block that the feed gives next */
	unsigned rewinds;
	struct block kept[KEPT]; /* the block with number n in slot n % KEPT */
	struct block recent[RECENT];
};

static void read_block(struct replay *replay, struct block *block)
{
	struct reader *reader = &replay->feed->reader;
	const uint8_t *data;
	size_t got;

	if (!block->data)
		block->data = aligned_new(BLOCK);
	block->size = 0;
	while (block->size < BLOCK && (got = reader_peek(reader, BLOCK - block->size, &data)) > 0) {
		memcpy(block->data + block->size, data, got);
		block->size += got;
		reader_skip(reader, got);
	}
	block->number = replay->next++;
}

static const struct block *find_block(const struct replay *replay, uint64_t number)
{
	const struct block *kept = &replay->kept[number % KEPT];
	const struct block *recent = &replay->recent[number % RECENT];

	if (kept->size > 0 && kept->number == number)
		return kept;
	return recent->size > 0 && recent->number == number ? recent : NULL;
}

static bool begin_anew(struct replay *replay)
{
	if (replay->rewinds++ >= WH_MAX_REWINDS) {
		layer_report(&replay->layer, FAULT_LIMIT,
			     "the packed archive would have to be read too often");
		return false;
	}
	replay->next = 0;
	return feed_rewind(replay->feed);
}

static const struct block *get_block(struct replay *replay, uint64_t number)
{
	const struct block *found = find_block(replay, number);

	if (found || (number < replay->next && !begin_anew(replay)))
		return found;
	while (replay->next <= number) {
		struct block *block = &replay->recent[replay->next % RECENT];

		read_block(replay, block);
		if (block->size < BLOCK)
			break;
	}
	return find_block(replay, number);
}

static ssize_t replay_read_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	struct replay *replay = (struct replay *)stream;
	const struct block *block;
	size_t at = offset % BLOCK;

	if (offset >= stream->size || size == 0)
		return 0;
	replay->layer.offset = offset;
	block = get_block(replay, offset / BLOCK);
	if (!block || at >= block->size) {
		errno = replay->feed->reader.error;
		return errno ? -1 : 0;
	}
	size = MIN(size, block->size - at);
	memcpy(buffer, block->data + at, size);
	return (ssize_t)size;
}

static ssize_t replay_read(struct stream *stream, void *buffer, size_t size)
{
	(void)stream;
	(void)buffer;
	(void)size;
	errno = ENOTSUP;
	return -1;
}

struct replay *replay_new(struct feed *feed, const struct fault_sink *faults)
{
	struct replay *replay = g_new0(struct replay, 1);
	struct block *block;

	replay->feed = feed;
	do {
		block = &replay->kept[replay->next % KEPT];
		read_block(replay, block);
	} while (block->size == BLOCK);
	replay->layer.stream = (struct stream){
		.path = feed->layer->stream.path,
		.entry = feed->layer->stream.entry,
		.read = replay_read,
		.read_at = replay_read_at,
		.size = block->number * BLOCK + block->size,
	};
	replay->layer.faults = faults;
	return replay;
}

void replay_free(struct replay *replay)
{
	if (!replay)
		return;
	for (unsigned i = 0; i < KEPT; i++)
		g_free(replay->kept[i].data);
	for (unsigned i = 0; i < RECENT; i++)
		g_free(replay->recent[i].data);
	g_free(replay);
}

struct stream *replay_get_stream(struct replay *replay)
{
	return &replay->layer.stream;
}
