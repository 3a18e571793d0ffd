/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_VERSION_H
#define WH_WMI_VERSION_H

#include "wmi/part.h"

/* The state of a play (see wmi/lifecycle.c), for those who look at what it came to. */

#define NOT_SEEN (-1)
#define ALL_PARTS (WMI_PART_FILTER | WMI_PART_CONSUMER | WMI_PART_BINDING)

/* The content of a filter or a consumer; all NULL while no event named it. */
struct half {
	struct part *part;
	const struct digest *core;
	const struct digest *whole;
};

/* One filter content with one consumer content, under the names of the binding. */
struct version {
	struct half half[SIDE_BINDING];
	const struct part_sighting *last[SIDES]; /* that named each side; NULL when none did */
	int status[SIDES]; /* enum wmi_operation of the last that named it, or NOT_SEEN */
	int last_operation;
	GPtrArray *sightings;
	GPtrArray *contradicting; /* struct contradicting, NULL without */
	bool superseded; /* other content took its place */
	const struct event_ref *superseded_by; /* the event of that; borrowed */
	bool merged; /* it turned out to be an earlier version again */
	unsigned keys; /* that it was registered under when it was the last to be */
};

/* A sighting that does not stand in place, and what would come of it. */
struct contradicting {
	struct part_sighting *seen;
	enum wmi_state says;
};

struct lifecycle {
	struct keeper *keeper;
	GPtrArray *versions;
	struct version *current;
	int live[SIDES]; /* status as of now */
	const struct event_ref *now; /* of the sighting that is played */
	GHashTable *by_key; /* struct version_key (wmi/lifecycle.c) -> the latest version with it */
	struct arena keys; /* of by_key */
	struct version *registered; /* last */
};

/* The half that a part has, borrowed. */
struct half half_of(struct part *part, int side);

/* True unless they are known to differ: Sysmon's half of 5861's content fits the whole. */
bool halves_fit(const struct half *a, const struct half *b);
bool versions_fit(const struct version *a, const struct version *b);

/* Takes over a half that is unknown so far, or known by its core only. */
void version_adopt_half(struct version *version, int side, const struct half *half);

/* Without any one of its three objects a subscription cannot fire. */
enum wmi_state version_get_state(const struct version *version);

/* The version with both halves of `named`, or NULL. Borrowed. */
struct version *lifecycle_find_both(const struct lifecycle *lifecycle, const struct version *named);

/* The latest version with that core of one side, or NULL. Borrowed. */
struct version *lifecycle_find_core(const struct lifecycle *lifecycle, int side,
				    const struct digest *core);

/* The version that the sighting would change, were it played now, of those that there are; or NULL.
 * Borrowed. */
struct version *lifecycle_find_named(const struct lifecycle *lifecycle,
				     const struct part_sighting *seen);

#endif
