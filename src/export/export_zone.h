/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_EXPORT_ZONE_H
#define WH_EXPORT_EXPORT_ZONE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * By how much UTC was ahead of the clock of each host of an export, as some of its events prove:
 * those that say when they happened in local time and in UTC. The zone of any other time of the
 * host is known where it lies between two proofs that agree, with no other between or near them;
 * the file's begin and end, where there is a proof on one side only, up to an hour from it. So a
 * change to or from summer time between two proofs leaves what lies between unknown.
 */
struct export_zones;

struct export_zones *export_zones_new(void);
void export_zones_free(struct export_zones *zones); /* NULL is fine */

/* Adds a proof: FILETIMEs of one moment. One of which the difference is no zone is passed over.
 * `host` may be NULL. */
void export_zones_add(struct export_zones *zones, const char *host, uint64_t local, uint64_t utc);

/* How many proofs were added. */
uint64_t export_zones_count(const struct export_zones *zones);

enum zone_found {
	ZONE_UNKNOWN,
	ZONE_FOUND,
	ZONE_AT_EDGE, /* by a proof on one side: as long as more may follow, it may be contradicted
		       */
};

/* Sets *out to the UTC of a host's local time, unless it is unknown. */
enum zone_found export_zones_find(const struct export_zones *zones, const char *host,
				  uint64_t local, uint64_t *out);

#endif
