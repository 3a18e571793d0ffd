/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_SUBSCRIPTION_H
#define WH_WMI_SUBSCRIPTION_H

#include <glib.h>
#include <stdint.h>

#include "base/line_id.h"
#include "wmi/fact.h"
#include "wmi/host_names.h"

enum wmi_state {
	WMI_STATE_ACTIVE,
	WMI_STATE_CHANGED, /* so: its last event said that it was modified */
	WMI_STATE_SUPERSEDED, /* other content took its place */
	WMI_STATE_DELETED,
	WMI_STATE_UNBOUND, /* a filter or a consumer that no event binds */
	WMI_STATE_DEFINED, /* only a MOF text says how it is to be made */
};

/* What a 5861 stands for: Windows logs it at the making, and again at each start of WMI. */
enum wmi_registration {
	REGISTRATION_UNKNOWN,
	REGISTRATION_MADE,
	REGISTRATION_REPLAYED,
};

/* One event that named the subscription; every subscription that it named has the same. */
struct sighting {
	struct event_ref ref;
	uint32_t process_id; /* that logged it: for 5861 the WMI service */
	bool has_process_id;
	enum wmi_operation operation;
	enum wmi_registration registration; /* of a 5861; evidence/ finds it out */
	const char *user; /* Sysmon's User: the actor; NULL when unknown */
};

/* An event from elsewhere that says otherwise than the host's own logs, see wmi/in_place.h. */
struct contradiction {
	const struct sighting *sighting; /* borrowed like the subscription's */
	enum wmi_state says;
};

struct stored;
struct told;

/*
 * A filter, a consumer and their binding on one host; or a part without its partner. Texts,
 * filter, consumer and sightings are borrowed from what joined it (wmi/join.h).
 */
struct subscription {
	struct line_id id; /* of its line, set by subscriptions_identify() */
	const char *host;
	const struct host_identity *identity; /* of the host; NULL where only the name counts */
	const char *namespace;
	struct wmi_filter *filter; /* NULL when no event named it */
	struct wmi_consumer *consumer; /* NULL when no event named it */
	/* Its own copies of these two, where the host's logs name their creators: hosts share the
	 * others. NULL: it has none. */
	struct wmi_filter *named_filter;
	struct wmi_consumer *named_consumer;
	enum wmi_state state;
	const struct event_ref *superseded_by; /* the event of what took its place, borrowed; NULL
						  while nothing did */
	GPtrArray *contradictions; /* struct contradiction, in order, NULL without: the state is not
				      theirs */
	unsigned parts; /* enum wmi_part */
	uint64_t first_seen; /* FILETIME */
	uint64_t last_seen;
	GPtrArray *events; /* struct sighting, in order; sightings = events->len */
	bool incomplete; /* the text that named its filter and consumer was cut off or damaged */
	bool partial; /* what is known of one of its ends is from records that did not decode whole
		       */
	const struct stored *stored; /* what the repository says of it (wmi/stored.h); NULL: none
					was given for the host, or it could not say */
	const struct told *told; /* what tools and MOF texts say of it (wmi/told.h); or NULL */
	GPtrArray *timeline; /* struct timeline_entry (evidence/timeline.h); NULL without related
				events */
};

/* Sets the sighting from an event and its fact; borrows their texts. */
void sighting_init(struct sighting *sighting, const struct event *event,
		   const struct wmi_fact *fact);

/*
 * The time by which a sighting is put in order. 5861 and Sysmon's events are of different logs:
 * where coarse times leave open which was first, 5861 is, as what Sysmon then says of the end is
 * the last word.
 */
uint64_t sighting_order_time(const struct sighting *sighting);

/* A total order: by that time, then by what differs in two events of one instant. */
int sighting_compare(const struct sighting *a, const struct sighting *b);

/* Frees what the subscription does not borrow, and itself; NULL is fine. */
void subscription_free(struct subscription *subscription);
const char *wmi_state_name(enum wmi_state state);

/* What happened: the operation's name, or what its 5861 stands for, where that is known. */
const char *sighting_word(const struct sighting *sighting);

#endif
