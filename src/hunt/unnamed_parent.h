/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_UNNAMED_PARENT_H
#define WH_HUNT_UNNAMED_PARENT_H

#include <stdbool.h>

#include "event/event.h"

/*
 * Windows before 10 logs the start of a process (Security 4688) with its parent's number only.
 * Rules over processes ask for the parent's name, so all such starts are read when there is one of
 * these rules, and the starts of Windows (4608), after which numbers mean other processes.
 */

#define WH_PARENT_FIELD "ParentProcessName"
#define WH_PARENT_FIELD_FOLDED "parentprocessname"

/* Is it the start of a process without the name of its parent? */
bool event_has_unnamed_parent(const struct event *event);

/* Is it the end of a process as the Security log has it? */
bool event_is_process_end(const struct event *event);

/* Is it a start of Windows as the Security log has it? */
bool event_is_boot(const struct event *event);

#endif
