/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_JSONL_H
#define WH_REPORT_JSONL_H

#include "report/report.h"

/* Appends the JSON line of a finding of any kind, and its line feed; `explain`: with what the rules
 * advise. */
void finding_line_append(const struct finding *finding, bool explain, GString *out);

/* The format "jsonl": a JSON object a line, with all that is known. Each appends its line to
 * `report->text`. */
void jsonl_add_finding(struct report *report, const struct finding *finding);
void jsonl_add_coverage(struct report *report, const struct host_coverage *host);
void jsonl_add_stack(struct report *report, const struct stack_entry *entry);
void jsonl_add_event(struct report *report, const struct event *event, const struct wmi_fact *fact);
void jsonl_add_match(struct report *report, const struct event *event, const GPtrArray *saved);
void jsonl_add_log(struct report *report, const struct log_facts *facts);

#endif
