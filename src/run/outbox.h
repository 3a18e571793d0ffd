/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_RUN_OUTBOX_H
#define WH_RUN_OUTBOX_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/aligned.h"
#include "base/limits.h"

/*
 * Frames on their way from a worker to its parent, gathered in memory that both share, so that
 * those which it had not sent when it died are not lost. All zeros is an empty one. The counts are
 * of the bytes that the worker sends in its life.
 */
struct outbox {
	uint64_t begin; /* sent before those that are here */
	uint64_t end; /* of those that the parent may take from here */
	WH_ALIGNED uint8_t bytes[WH_ANSWERS_SIZE];
};

/* The worker's side of it. */
struct outbox_writer {
	struct outbox *outbox; /* borrowed */
	int socket; /* blocks */
	size_t size; /* of the bytes that wait */
	gint64 sent; /* when that was done last */
};

/* Adds a frame with a copy of `data`, and sends what does not fit. False with errno when the
 * parent is gone. */
bool outbox_add(struct outbox_writer *writer, uint32_t type, const void *data, size_t size);

/* From now on the parent has what waits, whatever becomes of this process. It is sent when it is
 * much or has waited for long. False with errno when the parent is gone. */
bool outbox_keep(struct outbox_writer *writer);

/* Sends what waits. False with errno when the parent is gone. */
bool outbox_send(struct outbox_writer *writer);

/* For the parent, which trusts nothing in it: appends what a worker that has ended had kept and not
 * sent; `received`: the bytes that came from it. */
void outbox_take_rest(const struct outbox *outbox, uint64_t received, GByteArray *out);

#endif
