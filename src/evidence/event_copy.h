/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_EVENT_COPY_H
#define WH_EVIDENCE_EVENT_COPY_H

#include "event/event.h"

/*
 * Fills *out with a copy of an event, for events that are kept in great numbers: its arena
 * is empty, and all its texts stand in the block that is returned. The caller frees that,
 * and releases the event.
 */
char *event_copy(struct event *out, const struct event *from);

#endif
