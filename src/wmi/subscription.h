/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_SUBSCRIPTION_H
#define WH_WMI_SUBSCRIPTION_H

#include <glib.h>
#include <stdint.h>

#include "wmi/fact.h"

enum wmi_state {
	WMI_STATE_ACTIVE,
	WMI_STATE_MODIFIED,
	WMI_STATE_DELETED,
};

/*
 * One event that told of the subscription. Strings are the sighting's own; the
 * sighting itself is shared by every subscription that it told of.
 */
struct sighting {
	unsigned other_owners; /* 0 in a new one: its maker owns it */
	uint64_t time;
	uint32_t event_id;
	uint64_t record_id;
	bool has_record_id;
	uint32_t process_id; /* that logged it: for 5861 the WMI service */
	bool has_process_id;
	enum wmi_operation operation;
	char *user; /* Sysmon's User: the actor; NULL when not told */
	struct source source; /* its strings are the sighting's own too */
};

/* A filter, a consumer and their binding on one host; or a part without its partner. */
struct subscription {
	char *host;
	char *namespace;
	struct wmi_filter *filter; /* NULL when no event told of it */
	struct wmi_consumer *consumer; /* likewise */
	enum wmi_state state;
	unsigned parts; /* enum wmi_part */
	uint64_t first_seen; /* FILETIME */
	uint64_t last_seen;
	GPtrArray *events; /* struct sighting, in order; sightings = events->len */
	bool incomplete; /* the text that told of its filter and consumer was cut off or damaged */
	bool partial; /* what is known of one of its ends is from records that did not decode whole
		       */
	GPtrArray
		*timeline; /* struct timeline_entry (evidence/timeline.h); NULL without evidence */
};

/* Copies what an event and its fact tell; another owner; one owner less (NULL is fine). */
struct sighting *sighting_new(const struct event *event, const struct wmi_fact *fact);
struct sighting *sighting_ref(struct sighting *sighting);
void sighting_free(struct sighting *sighting);

/* A total order: by time, then by what tells two events of one instant apart. */
int sighting_compare(const struct sighting *a, const struct sighting *b);

void subscription_free(struct subscription *subscription);
const char *wmi_state_name(enum wmi_state state);

#endif
