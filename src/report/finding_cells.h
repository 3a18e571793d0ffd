/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_FINDING_CELLS_H
#define WH_REPORT_FINDING_CELLS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "hunt/finding.h"

/* What a finding of any kind says, under one name each. Texts are borrowed from it, NULL when
 * absent. */
struct finding_cells {
	const char *id; /* of its line */
	const char *kind;
	const char *host;
	const char *state;
	const char *namespace;
	const char *filter;
	const char *query;
	const struct wmi_consumer *consumer;
	const char *consumer_name;
	const char *class_name;
	const char *runs;
	const char *user;
	const char *process;
	uint64_t first;
	uint64_t last;
	uint64_t count;
	const struct event_ref *ref; /* NULL: no event */
};

struct finding_cells finding_cells_read(const struct finding *finding);

/* The parent of the process that an event is about, as far as saved lines have it, too. */
struct parent_cells {
	const char *image;
	const char *command_line;
	uint32_t process_id;
	bool has_process_id;
};
struct parent_cells parent_cells_read(const struct evidence *evidence);

/* The tags of all matches (const char *), each once, in the order of the rules; the caller unrefs
 * the list, before what the matches borrow from is freed. */
GPtrArray *matches_list_tags(const GPtrArray *matches);

#endif
