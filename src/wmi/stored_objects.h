/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_STORED_OBJECTS_H
#define WH_WMI_STORED_OBJECTS_H

#include "event/event.h"
#include "wmi/host_names.h"
#include "wmi/stored.h"
#include "wmi/subscription.h"

/*
 * What repositories hold, kept until all events are there, and joined with what these say of
 * subscriptions. The result does not depend on the order of objects and events. It takes
 * WH_MAX_STORED_MEMORY at most; what comes then is left out, and counted.
 */
struct stored_objects;

/* An empty set; NULL is fine to free. */
struct stored_objects *stored_objects_new(void);
void stored_objects_free(struct stored_objects *stored);

/* Adds an object; copies what it needs. */
void stored_objects_add(struct stored_objects *stored, const struct wmi_object *object);

/* Notes of an event whose log it stands in, and what that log covers; copies what it needs. */
void stored_objects_note_event(struct stored_objects *stored, const struct event *event);

/*
 * Says of each of the subscriptions (struct subscription, sorted by host) of hosts with a
 * repository what that says, and adds those that only a repository knows, after the others of their
 * host. `names` are settled. Once; what it adds borrows from the set.
 */
void stored_objects_join(struct stored_objects *stored, struct host_names *names,
			 GPtrArray *subscriptions);

/* Once that is done: how many hosts there are that `names` does not know; and how many objects were
 * left out. */
guint stored_objects_count_hosts(const struct stored_objects *stored);
uint64_t stored_objects_count_left_out(const struct stored_objects *stored);

#endif
