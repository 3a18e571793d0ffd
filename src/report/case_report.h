/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_CASE_REPORT_H
#define WH_REPORT_CASE_REPORT_H

#include "report/report.h"

/* A case database (report/case_database.h), which a later run adds to: report->options.earlier is
 * the descriptor of what is there. What goes wrong is in report->problem. */
void case_report_begin(struct report *report);
void case_report_add_finding(struct report *report, const struct finding *finding);
void case_report_add_coverage(struct report *report, const struct host_coverage *host);
void case_report_add_event(struct report *report, const struct event *event,
			   const struct wmi_fact *fact);
void case_report_add_fault(struct report *report, const struct fault *fault);
void case_report_end(struct report *report);

#endif
