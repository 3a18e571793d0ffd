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

/* Filters and consumers are shared, not copied: their _ref() adds an owner, _free() takes one off.
 */
struct wmi_filter {
	unsigned other_owners; /* 0 in a new one: its maker owns it */
	char *name;
	char *event_namespace; /* normalised: root\cimv2 */
	char *query;
	char *query_language;
	char *creator_sid; /* S-1-… */
};

struct wmi_consumer {
	unsigned other_owners;
	char *class_name;
	char *name;
	GPtrArray
		*properties; /* struct mof_property, never NULL; without Name, CreatorSID, NULLs */
	char *creator_sid;
	GPtrArray
		*decoded; /* char *, never NULL: payloads inside the properties, outermost first */
};

struct wmi_fact {
	enum wmi_operation operation;
	unsigned parts; /* enum wmi_part: what the event is about */
	char *namespace; /* normalised, where filter and consumer live */
	struct wmi_filter *filter; /* NULL when the event says nothing of it */
	struct wmi_consumer *consumer; /* NULL when the event says nothing of it */
	char *user; /* Sysmon's User: the actor; NULL for 5861 */
	bool incomplete; /* the instance text was cut off or damaged */
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

/*
 * _new: an empty one (a consumer has empty arrays), with the caller as its owner. _ref: adds an
 * owner and returns its argument. _free: takes an owner off, and frees it with the last; NULL is
 * fine.
 */
struct wmi_filter *wmi_filter_new(void);
struct wmi_filter *wmi_filter_ref(struct wmi_filter *filter);
void wmi_filter_free(struct wmi_filter *filter);
struct wmi_consumer *wmi_consumer_new(void);
struct wmi_consumer *wmi_consumer_ref(struct wmi_consumer *consumer);
void wmi_consumer_free(struct wmi_consumer *consumer);

/* "registered", "created", … */
const char *wmi_operation_name(enum wmi_operation operation);

#endif
