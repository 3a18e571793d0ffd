/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_SUPPORT_REPORT_SAMPLE_H
#define WH_TESTS_SUPPORT_REPORT_SAMPLE_H

#include <glib.h>

#include "hunt/finding.h"
#include "report/report.h"
#include "wmi/mof.h"
#include "wmi/subscription.h"

/* Subscriptions and findings made by hand, and reports of them. What is made lives in one arena,
 * until the program ends; a subscription is to be freed. */
struct arena *sample_arena(void);
const char *sample_copy(const char *text);

struct mof_value *sample_text(enum mof_type type, const char *text);
/* An array value; `text` elements of that type up to a NULL. */
struct mof_value *sample_array(enum mof_type type, ...) G_GNUC_NULL_TERMINATED;
/* A value that is an instance without properties yet. */
struct mof_value *sample_instance(const char *class_name);
void sample_add_property(struct mof_property **properties, const char *name,
			 struct mof_value *value);

struct wmi_filter *sample_filter(const char *name, const char *query);
/* A CommandLineEventConsumer that runs `command` (NULL: nothing known of it). */
struct wmi_consumer *sample_consumer(const char *name, const char *command);

/* Active, with all parts, no events; takes filter and consumer. */
struct subscription *sample_subscription(struct wmi_filter *filter, struct wmi_consumer *consumer);
/* A WMI-Activity 5861 of 2024-05-06, `seconds` after 07:08:09.1234567. */
void sample_add_sighting(struct subscription *subscription, unsigned seconds);

/* Of a subscription (may be NULL), borrowed; without matches. */
struct finding sample_finding(const struct subscription *subscription);
/* Returns the match, so that the test adds tags and fields. */
struct match *sample_add_match(struct finding *finding, const char *title, enum rule_level level);

/* A report into a text. */
struct sample_report {
	struct report report;
	GString *text;
};

void sample_report_init(struct sample_report *sample, const char *format,
			const struct report_options *options);
/* Ends the report; the caller frees what was written. */
char *sample_report_end(struct sample_report *sample);

#endif
