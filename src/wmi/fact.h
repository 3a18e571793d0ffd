/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_FACT_H
#define WH_WMI_FACT_H

#include <glib.h>
#include <stdbool.h>

#include "event/event.h"

/* What one event says of a subscription. Absent strings are NULL, never empty. */

enum wmi_operation {
	WMI_REGISTERED, /* WMI-Activity 5861: the binding is live */
	WMI_CREATED,
	WMI_MODIFIED,
	WMI_DELETED, /* Sysmon 19-21 Operation */
};

enum wmi_part {
	WMI_PART_FILTER = 1,
	WMI_PART_CONSUMER = 2,
	WMI_PART_BINDING = 4,
};

struct wmi_filter {
	const char *name;
	const char *event_namespace; /* normalised: root\cimv2 */
	const char *query;
	const char *query_language;
	const char *creator_sid; /* S-1-… */
	const char *creator; /* its name, where the logs know it: evidence/ finds it out */
};

struct mof_property;

struct wmi_consumer {
	const char *class_name;
	const char *name;
	struct mof_property *properties; /* the first; without Name, CreatorSID, NULLs */
	const char *creator_sid;
	const char *creator;
};

struct wmi_fact {
	enum wmi_operation operation;
	unsigned parts; /* enum wmi_part: what the event is about */
	const char *namespace; /* normalised, where filter and consumer live */
	struct wmi_filter *filter; /* NULL when the event says nothing of it */
	struct wmi_consumer *consumer; /* NULL when the event says nothing of it */
	const char *user; /* Sysmon's User: the actor; NULL for 5861 */
	bool incomplete; /* the instance text was cut off or damaged */
	struct arena arena; /* all of the above */
};

/* The provider names and event ids that report subscriptions; ends with a NULL provider. */
struct wmi_source {
	const char *provider;
	const char *channel;
	unsigned event_ids[4]; /* 0 ends */
};
extern const struct wmi_source wmi_sources[];

struct sieve_plan;

/* Adds the events of wmi_sources to `plan`, what a reader is asked for. */
void wmi_sources_fill_plan(struct sieve_plan *plan);

/* True when the event is one of wmi_sources (to the letter, as the sieve sees them), or the texts
 * of a record that could not be decoded are those of one. */
bool wmi_event_is_wanted(const struct event *event);

/* What `event` says of a subscription, or NULL when it is not about one. The caller frees it. */
struct wmi_fact *wmi_fact_from_event(const struct event *event);
void wmi_fact_free(struct wmi_fact *fact);

/* For readers of events: an empty fact, an empty filter or consumer of its arena, and a copy there
 * of a text that is then freed; NULL stays NULL. */
struct wmi_fact *wmi_fact_new(void);
struct wmi_filter *wmi_filter_new(struct arena *arena);
struct wmi_consumer *wmi_consumer_new(struct arena *arena);
const char *wmi_fact_take(struct wmi_fact *fact, char *text);

/* The event's field of that name, or NULL when it is absent or empty. Of one that is longer than
 * WH_MAX_FACT_TEXT, a beginning in the arena, and the fact is incomplete. Borrowed from either. */
const char *wmi_fact_read(struct wmi_fact *fact, const struct event *event, const char *name);

/* "registered", "created", … */
const char *wmi_operation_name(enum wmi_operation operation);

#endif
