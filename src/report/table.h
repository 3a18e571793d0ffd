/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_TABLE_H
#define WH_REPORT_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "event/event.h"
#include "correlation/finding.h"
#include "hunt/rules.h"
#include "hunt/stack.h"
#include "evidence/evidence.h"
#include "wmi/subscription.h"

/* A table for people. Rows are copied as they are added, and printed all at once; the
 * caller has called setlocale(). */
struct table;

struct table_options {
	unsigned width; /* columns of the terminal, 0: cells are not cut to fit one */
	bool colour; /* levels are coloured */
};

/* A table takes rows of one kind only. */
struct table *table_new_subscriptions(const struct table_options *options);
struct table *table_new_stack(const struct table_options *options);
struct table *table_new_events(const struct table_options *options);
void table_free(struct table *table);

void table_add_subscription(struct table *table, const struct subscription *subscription,
			    const struct verdict *verdict);
/* Prints below the row added last what happened to its subscription, and `triage`, the text
 * of a rule that says what to look at next (may be NULL). */
void table_explain(struct table *table, const struct subscription *subscription,
		   const char *triage);
void table_add_evidence(struct table *table, const struct evidence *evidence);
void table_add_correlation(struct table *table, const struct correlation_finding *finding);
void table_add_stack(struct table *table, const struct stack_entry *entry);
/* `fact` may be NULL. */
void table_add_event(struct table *table, const struct event *event, const struct wmi_fact *fact);

/* Prints header and rows, subscriptions of the highest level first, or nothing when there is no
 * row; false when `out` fails. */
bool table_print(struct table *table, FILE *out);

/* The width of the terminal behind `fd` (or what COLUMNS says, or 80); 0 when there is no
 * terminal. */
unsigned table_terminal_width(int fd);

#endif
