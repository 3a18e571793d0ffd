/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_MESSAGE_H
#define WH_EXPORT_MESSAGE_H

#include "export/draft.h"

/*
 * Reads the rendered text of an event, in English: WMI-Activity, Sysmon, Security 4624 and 4688,
 * and what has lines of the form "Name: value". Adds its fields where the draft has none; to one of
 * Sysmon that has some, those that exporters lose: EventType and RuleName.
 */
void message_complete(struct draft *draft);

#endif
