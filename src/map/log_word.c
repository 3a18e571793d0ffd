/* SPDX-License-Identifier: Apache-2.0 */
#include "map/log_word.h"

#include <string.h>

#include "map/protocol.h"

#define MOST_GATHERED 65536

/* ANSWER_LOG_HEADER. */
struct header_answer {
	uint64_t offset;
	uint64_t size; /* of the bytes that are there */
	uint8_t header[WH_LOG_HEADER_USED];
};

/* ANSWER_LOG_CHUNKS: one struct log_chunk after the other. */
struct chunk_answer {
	uint64_t offset;
	uint64_t first, last, last_hidden, any; /* identifiers */
	uint64_t is_damaged;
};

void log_word_sender_init(struct log_word_sender *sender)
{
	*sender = (struct log_word_sender){.chunks = g_byte_array_new()};
}

void log_word_send(struct log_word_sender *sender)
{
	GByteArray *chunks = sender->chunks;

	if (chunks->len)
		answers_add(sender->answers, ANSWER_LOG_CHUNKS, chunks->data, chunks->len);
	g_byte_array_set_size(chunks, 0);
}

void log_word_send_header(void *context, const uint8_t *header, size_t size, uint64_t offset)
{
	struct log_word_sender *sender = context;
	struct header_answer answer = {.offset = offset, .size = size};

	memcpy(answer.header, header, MIN(size, sizeof(answer.header)));
	log_word_send(sender);
	answers_add(sender->answers, ANSWER_LOG_HEADER, &answer, sizeof(answer));
}

void log_word_send_chunk(void *context, const struct log_chunk *chunk)
{
	struct log_word_sender *sender = context;
	const struct chunk_answer answer = {
		.offset = chunk->offset,
		.first = chunk->ids.first,
		.last = chunk->ids.last,
		.last_hidden = chunk->ids.last_hidden,
		.any = chunk->ids.any,
		.is_damaged = chunk->is_damaged,
	};

	g_byte_array_append(sender->chunks, (const guint8 *)&answer, sizeof(answer));
	if (sender->chunks->len >= MOST_GATHERED)
		log_word_send(sender);
}

struct log_word {
	struct stream log; /* it has a name and nothing else */
	struct log_check check;
};

struct log_word *log_word_new(const char *path, const struct fault_sink *sink)
{
	struct log_word *word = g_new0(struct log_word, 1);

	word->log.path = path;
	log_check_init(&word->check, sink, &word->log);
	return word;
}

void log_word_free(struct log_word *word)
{
	g_free(word);
}

static bool take_header(struct log_word *word, const struct frame *frame)
{
	struct header_answer answer;

	if (frame->size != sizeof(answer))
		return false;
	memcpy(&answer, frame->data, sizeof(answer));
	log_check_begin(&word->check, answer.header, MIN(answer.size, sizeof(answer.header)),
			answer.offset);
	return true;
}

static bool take_chunks(struct log_word *word, const struct frame *frame)
{
	struct chunk_answer answer;

	for (size_t at = 0; at + sizeof(answer) <= frame->size; at += sizeof(answer)) {
		struct log_chunk chunk;

		memcpy(&answer, frame->data + at, sizeof(answer));
		chunk = (struct log_chunk){
			.offset = answer.offset,
			.ids = {answer.first, answer.last, answer.last_hidden, answer.any != 0},
			.is_damaged = answer.is_damaged != 0};
		log_check_add(&word->check, &chunk);
	}
	return frame->size % sizeof(answer) == 0;
}

bool log_word_take(struct log_word *word, const struct frame *frame)
{
	switch (frame->type) {
	case ANSWER_LOG_HEADER:
		return take_header(word, frame);
	case ANSWER_LOG_CHUNKS:
		return take_chunks(word, frame);
	case ANSWER_LOG_END:
		log_check_end(&word->check);
		return true;
	case ANSWER_LOG_LOST:
		log_check_init(&word->check, word->check.faults, &word->log);
		return true;
	default:
		return false;
	}
}
