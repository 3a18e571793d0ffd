/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_MATCH_JSON_H
#define WH_REPORT_MATCH_JSON_H

#include <glib.h>

#include "hunt/finding.h"

/* Appends the JSON member "tags", a list (char *); nothing when there is none. */
void tags_append_json(const GPtrArray *tags, GString *out);

/* Appends the JSON members "level" (unless there is no match) and "matches". */
void matches_append_json(const struct finding *finding, GString *out);

#endif
