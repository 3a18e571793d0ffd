/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_SCRIPT_PARTS_H
#define WH_EVIDENCE_SCRIPT_PARTS_H

#include "event/event.h"

/*
 * Puts the parts of long PowerShell scripts together, before rules look at them: PowerShell
 * logs a script block that is too long for one event as several 4104 with one ScriptBlockId
 * and a MessageNumber each.
 */
struct script_parts;

/* Without parts so far. `give` is called with events that are borrowed for the call. NULL is fine
 * to free. */
struct script_parts *script_parts_new(void (*give)(void *context, const struct event *event),
				      void *context);
void script_parts_free(struct script_parts *parts);

/*
 * True when the event is a part of a longer script, and will be given with the others by
 * script_parts_end(). False for any other event, and for parts that there is no room for
 * (WH_MAX_SCRIPT_SIZE, WH_MAX_SCRIPTS_SIZE): those stand for themselves.
 */
bool script_parts_add(struct script_parts *parts, const struct event *event);

/*
 * Gives an event for each script: the lowest part with the text of all, and the number of
 * parts there are as MessageNumber: less than MessageTotal when some are missing.
 */
void script_parts_end(struct script_parts *parts);

#endif
