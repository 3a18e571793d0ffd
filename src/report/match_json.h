/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_MATCH_JSON_H
#define WH_REPORT_MATCH_JSON_H

#include <glib.h>

#include "hunt/finding.h"

/* Appends a list of texts (char *) as a JSON member `key`; nothing for an empty one and NULL. */
void texts_append_json(const char *key, const GPtrArray *texts, GString *out);

/* Appends the JSON member "tags", a list (char *); nothing when there is none. */
void tags_append_json(const GPtrArray *tags, GString *out);

/* So "references". */
void references_append_json(const GPtrArray *references, GString *out);

/* Appends the JSON members "level" (unless there is no match) and "matches"; `explain`: with what
 * the rules advise. */
void matches_append_json(const struct finding *finding, bool explain, GString *out);

#endif
