/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_TIMELINE_JSON_H
#define WH_REPORT_TIMELINE_JSON_H

#include <glib.h>

/* Appends the JSON member "timeline", a list of struct timeline_entry. */
void timeline_append_json(const GPtrArray *timeline, GString *out);

#endif
