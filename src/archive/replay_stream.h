/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_REPLAY_STREAM_H
#define WH_ARCHIVE_REPLAY_STREAM_H

#include "archive/layer.h"

/* Any place of a stream that can only be read in order and begun anew. */
struct replay;

/*
 * Reads what is left of `feed` to its end, which must stand at its start; borrows it. The last
 * WH_REPLAY_KEPT bytes are kept. Reading backwards begins the feed anew, at most
 * WH_MAX_REWINDS times: then reads end early, with one fault.
 */
struct replay *replay_new(struct feed *feed, const struct fault_sink *faults);
/* NULL is fine. */
void replay_free(struct replay *replay);

/* With read, read_at and size; valid as long as the replay. */
struct stream *replay_get_stream(struct replay *replay);

#endif
