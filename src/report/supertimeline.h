/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_SUPERTIMELINE_H
#define WH_REPORT_SUPERTIMELINE_H

#include "base/arena.h"
#include "report/report.h"
#include "report/row.h"

/*
 * What happened on all hosts in one order of time: the timelines of all subscriptions, each event
 * once, related events that are findings themselves, and correlations. All is copied, and kept
 * until the report ends. What has no time is left out.
 */
struct supertimeline {
	struct arena arena; /* texts */
	GPtrArray *rows; /* struct supertimeline_row */
	GHashTable *of_event; /* char *, an event's place → its row */
};

/* One thing that happened. Texts are NULL when unknown, and the arena's. */
struct supertimeline_row {
	struct event_ref ref; /* with the texts of the path and the entry */
	uint64_t last; /* FILETIME: of what only differs in time */
	unsigned count;
	const char *host;
	const char *what; /* a word of struct timeline_entry, or of struct evidence_traits */
	const char *user;
	const char *user_name;
	const char *process;
	uint32_t process_id;
	bool has_process_id;
	const char *from;
	const char *detail;
	const char *why;
	const char *namespace; /* of the first subscription */
	GPtrArray *subscriptions; /* const char *, "filter → consumer": those that it is about */
	int level; /* enum rule_level, -1: no rule matched */
	GPtrArray *rules; /* const char *, titles */
	GPtrArray *tags; /* const char * */
};

/* For a format's `begin` and `finding`: report->state is the supertimeline. */
void supertimeline_begin(struct report *report);
void supertimeline_add_finding(struct report *report, const struct finding *finding);

/* Puts the rows into their order, whatever the order in which findings came. */
void supertimeline_sort(struct supertimeline *timeline);
void supertimeline_free(struct supertimeline *timeline);

/* Appends what happened in one line, not safe to print yet. */
void supertimeline_row_append_message(const struct supertimeline_row *row, GString *out);

/* The row as the cells of a table, not safe to print yet. */
extern const struct column supertimeline_columns[WH_ROW_CELLS];
void supertimeline_row_append(const struct supertimeline_row *row, GTimeZone *zone,
			      GString *cells[WH_ROW_CELLS]);

#endif
