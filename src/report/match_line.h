/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_MATCH_LINE_H
#define WH_REPORT_MATCH_LINE_H

#include <glib.h>

#include "event/event.h"

/* Appends the line of kind "match", and its line feed: an event, and what is saved of it (struct
 * correlation_match) for correlations across hosts. */
void match_line_append(const struct event *event, const GPtrArray *saved, GString *out);

#endif
