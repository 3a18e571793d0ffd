/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_HOST_EVENT_H
#define WH_WMI_HOST_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"

/* The few events that say of a machine when it and WMI ran, and what of its logs is lost. They are
 * read whatever rules ask for. */

enum host_event_kind {
	HOST_STARTED, /* EventLog 6005: the log service, with Windows */
	HOST_STOPPED, /* EventLog 6006, and User32 1074: somebody asked for it */
	HOST_CRASHED, /* EventLog 6008: the stop before was not in order */
	HOST_VERSION, /* EventLog 6009 */
	HOST_TIME_ZONE, /* EventLog 6013 */
	HOST_CLOCK_SET, /* Kernel-General 1, Security 4616 */
	HOST_LOG_CLEARED, /* Eventlog 1102, 104 */
	HOST_WMI_STARTED, /* Microsoft-Windows-WMI 5617 */
};

/* What it says; texts are borrowed from the event. */
struct host_event {
	enum host_event_kind kind;
	uint64_t before, after; /* HOST_CLOCK_SET: FILETIME, on both sides of the step */
	const char *channel; /* HOST_LOG_CLEARED: of what was cleared */
	const char *version; /* HOST_VERSION, as logged: "10.00.", "6.03." */
	uint32_t build; /* HOST_VERSION */
	const char *zone; /* HOST_TIME_ZONE: its name */
	int32_t bias; /* of it: minutes that UTC is ahead */
};

/* The smallest step of the clock that counts: time services make smaller ones all the time. */
#define WH_MIN_CLOCK_STEP (60 * UINT64_C(10000000))

/* False for any other event, for one in another channel than it is logged to, and for one that says
 * nothing of use. */
bool host_event_read(const struct event *event, struct host_event *out);

struct sieve_plan;

/* Adds these events to what a reader is asked for. */
void host_events_fill_plan(struct sieve_plan *plan);

#endif
