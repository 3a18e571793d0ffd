/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_PROCESS_PARENTS_H
#define WH_EVIDENCE_PROCESS_PARENTS_H

#include "event/event.h"

/*
 * Names the parents that a start of a process gives by number only (hunt/unnamed_parent.h), before
 * rules look at it: by the latest start of that number on the same host, if that stands in the same
 * log, was a day before at most, and neither is known to have ended since (4689) nor Windows to
 * have started.
 */
struct process_parents;

/* Without events so far; those that wait take `memory` bytes at most (base/share.h). `give` is
 * called with events that are borrowed for the call, and with the parent's image, NULL where its
 * start is not there. NULL is fine to free. */
struct process_parents *process_parents_new(uint64_t memory,
					    void (*give)(void *context, const struct event *event,
							 const char *parent_image),
					    void *context);
void process_parents_free(struct process_parents *parents);

/*
 * True when the event waits for its parent, and will be given by process_parents_end(). False for
 * any other event, and for one that there is no room for: those stand for
 * themselves.
 */
bool process_parents_add(struct process_parents *parents, const struct event *event);

/* How many there was no room for. */
uint64_t process_parents_count_dropped(const struct process_parents *parents);

/* Gives the events, by host and time. */
void process_parents_end(struct process_parents *parents);

#endif
