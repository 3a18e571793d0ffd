/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_HELD_STREAM_H
#define WH_ARCHIVE_HELD_STREAM_H

#include "input/stream.h"

/* What comes in order only, held in memory so that it can be read at any offset. */
struct held_stream;

/*
 * Reads to the end of the reader's stream. NULL when that is beyond WH_MAX_HELD_ARCHIVE. The
 * names stay the reader's stream's.
 */
struct held_stream *held_stream_new(struct reader *reader);
void held_stream_free(struct held_stream *held);

struct stream *held_stream_get(struct held_stream *held);

#endif
