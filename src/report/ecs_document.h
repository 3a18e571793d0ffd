/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_ECS_DOCUMENT_H
#define WH_REPORT_ECS_DOCUMENT_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "evidence/coverage.h"

/* What all documents in the Elastic Common Schema have. */

/* event.category and event.type: words of the schema's lists; NULL: none fits. */
struct ecs_sort {
	const char *category;
	const char *type;
};

/* Opens an object member. Closing it, with what the opening returned, takes one back that stayed
 * empty. */
size_t ecs_open_object(GString *out, const char *key);
void ecs_close_object(GString *out, size_t start);

/* Appends a list of one text; nothing for NULL. */
void ecs_add_list(GString *out, const char *key, const char *only);

/* Appends a FILETIME, at most the end of the year 9999, as Elasticsearch takes years of four
 * digits; nothing for 0. */
void ecs_add_time(GString *out, const char *key, uint64_t filetime);

/* Appends @timestamp and the schema's version. A data stream takes no document without a time: 0 is
 * the beginning of 1970. */
void ecs_add_timestamp(GString *out, uint64_t filetime);

/* Opens `event` with its first members, which are what later runs know a result by. */
void ecs_add_event_head(GString *out, const char *kind, const struct ecs_sort *sort);

/* Appends the host; nothing without a name. `coverage` may be NULL. */
void ecs_add_host(GString *out, const char *name, const struct host_coverage *coverage);

#endif
