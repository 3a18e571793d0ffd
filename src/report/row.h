/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_ROW_H
#define WH_REPORT_ROW_H

#include <glib.h>

#include "event/event.h"
#include "hunt/finding.h"
#include "hunt/stack.h"
#include "report/columns.h"
#include "wmi/fact.h"

/* What the cells of a table say; how they fit on a terminal is not known here. */

enum { WH_ROW_CELLS = 6 };

extern const struct column finding_columns[WH_ROW_CELLS];
extern const struct column stack_columns[WH_ROW_CELLS];
extern const struct column event_columns[WH_ROW_CELLS];

/* Each appends to the cells their texts, as the log has them: not safe to print yet. Times are of
 * the zone, of UTC for NULL. */
void finding_row_append(const struct finding *finding, GTimeZone *zone,
			GString *cells[WH_ROW_CELLS]);
void stack_row_append(const struct stack_entry *entry, GTimeZone *zone,
		      GString *cells[WH_ROW_CELLS]);
/* Appends an enum rule_level, "-" for -1. */
void row_append_level(GString *cell, int level);
/* Appends a time to the second, or "-"; of a zone with what its clocks are ahead of UTC then, as
 * the hour that a clock is set back by is there twice. */
void row_append_seconds(GString *cell, uint64_t filetime, GTimeZone *zone);
/* Appends which event it is, for people: "Sysmon 1", "Security 4688"; the channel may be NULL. */
void event_label_append(GString *cell, const char *channel, uint32_t id);
/* Appends "filter → consumer", with "?" for what is not known; either may be NULL. */
void subscription_names_append(GString *cell, const struct wmi_filter *filter,
			       const struct wmi_consumer *consumer);
/* What the consumer would run, as it stands there; of one that runs nothing, where it would write
 * or send. NULL: not known. Borrowed. */
const char *consumer_find_payload(const struct wmi_consumer *consumer);
/* The first text that is not empty of a consumer's property of that name, of any for NULL; or NULL.
 * Borrowed. */
const char *consumer_find_text(const struct wmi_consumer *consumer, const char *name);
/* Appends to the cells the texts of an event, not safe to print yet; `fact`, what the event says of
 * a subscription, may be NULL. */
void event_row_append(const struct event *event, const struct wmi_fact *fact, GTimeZone *zone,
		      GString *cells[WH_ROW_CELLS]);

#endif
