/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_PART_H
#define WH_WMI_PART_H

#include "wmi/subscription.h"

/* Index into what a part says; 1u << side is its enum wmi_part. */
enum side {
	SIDE_FILTER,
	SIDE_CONSUMER,
	SIDE_BINDING,
	SIDES,
};

/* A host, shared by its parts; `spelling` is the earliest sighting's, NULL for no name. */
struct host {
	char *spelling;
	uint64_t time;
};

/* What facts of one content say, on one host: they differ only in when they were seen. */
struct part {
	unsigned parts; /* enum wmi_part */
	const struct host *host;
	char *namespace;
	struct wmi_filter
		*filter; /* as the earliest sighting spells it; NULL when no event named it */
	struct wmi_consumer *consumer;
	char *core[SIDE_BINDING]; /* digests; NULL where the part has no content of that side */
	char *whole[SIDE_BINDING]; /* digests; NULL where only the core is known */
	bool incomplete;
	bool partial; /* all events that say so could be decoded in part only */
	uint64_t spelled_at;
	char *key; /* digest of all the other members but the spelling and the sightings */
	GPtrArray *sightings; /* struct part_sighting */
};

/* One sighting of a part; the part owns it. */
struct part_sighting {
	struct part *part;
	struct sighting *sighting;
	bool joined; /* it stands in a subscription already */
	bool in_place; /* in its host's own logs, see wmi/in_place.h */
	char *root; /* of the collection it stands in, or NULL: of wmi/in_place.h */
	guint rank; /* among all entries, see wmi/record_order.h */
};

/* The digest by which facts of one content are one part. The caller frees it. */
char *part_key(const struct event *event, const struct wmi_fact *fact);

/* A part of what `fact` says, without sightings. Takes `key` (of part_key()); borrows `host`. */
struct part *part_new(char *key, const struct host *host, const struct wmi_fact *fact);
void part_free(struct part *part);
void part_sighting_free(struct part_sighting *seen);

/* Adds a sighting of `event`, whose `fact` has the key of `part`. Both are borrowed for the call.
 */
void part_add(struct part *part, const struct event *event, const struct wmi_fact *fact);

/* For g_ptr_array_sort(): by rank. */
int part_sighting_compare(gconstpointer a, gconstpointer b);

#endif
