/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_LOG_CHANNEL_H
#define WH_EVTX_LOG_CHANNEL_H

#include "evtx/decode.h"

/*
 * The channel that every record of the chunk was logged to; a new text. NULL when they differ,
 * when there is none, and when any of them is damaged or names no channel. Uses up
 * the decoder's current chunk.
 */
char *log_channel_get(struct decoder *decoder, const struct chunk *chunk);

#endif
