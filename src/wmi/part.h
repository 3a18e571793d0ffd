/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_PART_H
#define WH_WMI_PART_H

#include "base/secret_hash.h"
#include "wmi/host_names.h"
#include "wmi/keeper.h"
#include "wmi/subscription.h"

/* Index into what a part says; 1u << side is its enum wmi_part. */
enum side {
	SIDE_FILTER,
	SIDE_CONSUMER,
	SIDE_BINDING,
	SIDES,
};

/* A host, shared by its parts: first one for each name, in the end one for each machine. */
struct host {
	const char *spelling; /* the earliest sighting's, then the machine's name; NULL for none */
	const struct host_identity *identity; /* NULL until the end */
	uint64_t time;
	uint64_t kept; /* bytes */
	uint64_t left_out; /* sightings that there was no room for */
};

/* One sighting of a part. */
struct part_sighting {
	struct sighting sighting;
	struct part *part;
	struct part_sighting *next; /* of the part */
	guint rank; /* among all entries, see wmi/record_order.h */
	bool joined; /* it stands in a subscription already */
	bool in_place; /* in its host's own logs, see wmi/in_place.h */
	const char *root; /* of the collection it stands in, or NULL: see event/collection.h */
};

/* What facts of one content say, on one host: they differ only in when they were seen. */
struct part {
	struct digest key; /* of all that sightings of the part have in common */
	struct digest content; /* of that, but for the host */
	unsigned parts; /* enum wmi_part */
	bool incomplete;
	bool partial; /* all events that say so could be decoded in part only */
	guint count; /* of sightings */
	struct host *host;
	const char *namespace;
	struct wmi_filter
		*filter; /* as the earliest sighting spells it; NULL when no event named it */
	struct wmi_consumer *consumer;
	const struct digest
		*core[SIDE_BINDING]; /* NULL where the part has no content of that side */
	const struct digest *whole[SIDE_BINDING]; /* NULL where only the core is known */
	uint64_t spelled_at;
	struct part_sighting *sightings; /* the first */
	struct part *next; /* in the list that holds the part at the time */
	const char *order; /* of part_get_order(); NULL until that is asked for */
};

/* The digest by which facts of one content are one part. `form` is scratch. */
struct digest part_key(const struct keeper *keeper, const struct event *event,
		       const struct wmi_fact *fact, GString *form);

/* A part of what `fact` says, without sightings, in the keeper. Borrows `host`. */
struct part *part_new(struct keeper *keeper, const struct digest *key, struct host *host,
		      const struct wmi_fact *fact, GString *form);

/* Adds a sighting of `event`, whose `fact` has the key of `part`. Both are borrowed for the call.
 */
void part_add(struct keeper *keeper, struct part *part, const struct event *event,
	      const struct wmi_fact *fact);

/* Takes the sightings of `other`, which says the same of the same host. */
void part_merge(struct part *part, struct part *other);

/* A text that differs from part to part and is the same in every run: for parts that nothing else
 * tells apart. Borrowed from the keeper. */
const char *part_get_order(struct keeper *keeper, struct part *part);

/* For g_ptr_array_sort(): by rank. */
int part_sighting_compare(gconstpointer a, gconstpointer b);

#endif
