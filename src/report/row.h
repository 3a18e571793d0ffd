/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_ROW_H
#define WH_REPORT_ROW_H

#include <glib.h>

#include "event/event.h"
#include "correlation/finding.h"
#include "hunt/rules.h"
#include "hunt/stack.h"
#include "report/columns.h"
#include "evidence/evidence.h"
#include "wmi/subscription.h"

/* What the cells of a table say; how they fit on a terminal is not known here. */

enum { WH_ROW_CELLS = 6 };

extern const struct column subscription_columns[WH_ROW_CELLS];
extern const struct column stack_columns[WH_ROW_CELLS];
extern const struct column event_columns[WH_ROW_CELLS];

/* Append to each of the cells its text, as the log has it: not safe to print yet. */
void subscription_row_append(const struct subscription *subscription, const struct verdict *verdict,
			     GString *cells[WH_ROW_CELLS]);
/* In the columns of subscriptions. */
void evidence_row_append(const struct evidence *evidence, GString *cells[WH_ROW_CELLS]);
void correlation_row_append(const struct correlation_finding *finding,
			    GString *cells[WH_ROW_CELLS]);
void stack_row_append(const struct stack_entry *entry, GString *cells[WH_ROW_CELLS]);
/* `fact` may be NULL. */
void event_row_append(const struct event *event, const struct wmi_fact *fact,
		      GString *cells[WH_ROW_CELLS]);

#endif
