/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_LOG_WORD_H
#define WH_MAP_LOG_WORD_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "evtx/log_check.h"
#include "run/frame.h"
#include "run/worker.h"

/*
 * A log's word about its chunks (evtx/log_check.h) needs them all in order. Where it is read in
 * parts, workers answer what it needs of each, numbers alone, and the parent checks it.
 */

/* The worker's half: gathers chunks, since a frame for each would keep the parent busy. */
struct log_word_sender {
	struct answers *answers; /* borrowed */
	GByteArray *chunks; /* not yet answered */
};

void log_word_sender_init(struct log_word_sender *sender);

/* Answers what was gathered; before any other answer is added. */
void log_word_send(struct log_word_sender *sender);

/* Of struct scan_part, with the sender as its context. */
void log_word_send_header(void *context, const uint8_t *header, size_t size, uint64_t offset);
void log_word_send_chunk(void *context, const struct log_chunk *chunk);

/* The parent's half. */
struct log_word;

/* `path` and `sink` are borrowed. */
struct log_word *log_word_new(const char *path, const struct fault_sink *sink);
void log_word_free(struct log_word *word);

/* Takes the next answer of the log's parts, in their order, of a type from ANSWER_LOG_HEADER to
 * ANSWER_LOG_LOST. False when it is none that a worker gives. */
bool log_word_take(struct log_word *word, const struct frame *frame);

#endif
