/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_TABLE_H
#define WH_REPORT_TABLE_H

#include "report/report.h"

/*
 * The format "table", for people: rows are kept and printed at the end, those of the highest level
 * first, below a header; nothing when there is no row. The caller has called setlocale().
 */
void table_begin(struct report *report);
void table_add_finding(struct report *report, const struct finding *finding);
void table_add_coverage(struct report *report, const struct host_coverage *host);
void table_add_stack(struct report *report, const struct stack_entry *entry);
void table_add_event(struct report *report, const struct event *event, const struct wmi_fact *fact);
/* One thing that happened, of supertimeline_sort(): such rows keep their order. */
struct supertimeline_row;
void table_add_happening(struct report *report, const struct supertimeline_row *happening);
/* A host, of the format "hosts": rows of one level keep their order. */
struct host_summary;
void table_add_host(struct report *report, const struct host_summary *host);
void table_end(struct report *report);

/* The width of the terminal that `fd` is, or what COLUMNS says, or 80; what is no terminal is as
 * wide as COLUMNS says, or 0: without bound. */
unsigned table_terminal_width(int fd);

#endif
