/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_SUPPORT_WMI_EVENTS_H
#define WH_TESTS_SUPPORT_WMI_EVENTS_H

#include <glib.h>

#include "event/event.h"

/* Events as logs hold them, with invented names; the caller frees each with free_event(). */

#define TEST_HOST "ORCHARD-11"
#define TEST_PATH "/triage/test.evtx"

struct event *new_event(uint64_t time, uint64_t record_id, const char *provider, unsigned event_id);
void free_event(struct event *event);

/* Sysmon 19: `name` and `query` as they are; they are quoted here. */
struct event *new_filter_event(uint64_t time, const char *operation, const char *name,
			       const char *query);

/* Sysmon 20 of a command line. */
struct event *new_consumer_event(uint64_t time, const char *operation, const char *name,
				 const char *command);

/* Sysmon 21, the consumer a CommandLineEventConsumer. */
struct event *new_binding_event(uint64_t time, const char *operation, const char *filter,
				const char *consumer);

/* WMI-Activity 5861 of a CommandLineEventConsumer; `extra` goes into its instance text. */
struct event *new_whole_event(uint64_t time, const char *filter, const char *query,
			      const char *consumer, const char *command, const char *extra);

#endif
