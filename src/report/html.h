/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_HTML_H
#define WH_REPORT_HTML_H

#include "report/report.h"

/*
 * One page that shows all by itself: the lines of the JSON format as data of it, and a script of
 * ours that shows them as text (html/). What a rule says is added once, before the first finding
 * that cites it.
 */
void html_begin(struct report *report);
void html_add_finding(struct report *report, const struct finding *finding);
void html_add_coverage(struct report *report, const struct host_coverage *host);
void html_add_stack(struct report *report, const struct stack_entry *entry);
void html_add_event(struct report *report, const struct event *event, const struct wmi_fact *fact);
void html_end(struct report *report);

/* Changes JSON, from `start` on to the end of `json`, so that no HTML parser finds markup in it; to
 * a reader of JSON it is the same. */
void html_escape_json(GString *json, size_t start);

#endif
