/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_CSV_H
#define WH_REPORT_CSV_H

#include "report/report.h"

/*
 * The format "csv", for spreadsheets and data frames: RFC 4180, a header, then one line for each
 * finding, group or event. The columns of each kind are fixed, and stand in wmihunt(1). Cells are
 * one line, begin with nothing that a spreadsheet takes for a formula, and are at most
 * WH_MAX_CSV_CELL bytes.
 */
void csv_begin(struct report *report);
void csv_add_finding(struct report *report, const struct finding *finding);
void csv_add_stack(struct report *report, const struct stack_entry *entry);
void csv_add_event(struct report *report, const struct event *event, const struct wmi_fact *fact);

#endif
