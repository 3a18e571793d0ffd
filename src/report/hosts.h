/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_HOSTS_H
#define WH_REPORT_HOSTS_H

#include "report/report.h"
#include "report/row.h"

/*
 * The format "hosts": a row for each host that has findings or of which something was read, those
 * with the most of the highest level first. All is kept until the report ends, when what coverage
 * says of names that are one machine is known.
 */
void hosts_begin(struct report *report);
void hosts_add_finding(struct report *report, const struct finding *finding);
void hosts_add_coverage(struct report *report, const struct host_coverage *host);
void hosts_end(struct report *report);

/* What is known of a host. */
struct host_summary;

/* The host as the cells of a table, not safe to print yet. */
extern const struct column host_columns[WH_ROW_CELLS];
void host_summary_append(const struct host_summary *host, GTimeZone *zone,
			 GString *cells[WH_ROW_CELLS]);

/* enum rule_level of the highest finding, -1 without one. */
int host_summary_level(const struct host_summary *host);

#endif
