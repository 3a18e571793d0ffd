/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_EXPORT_TIME_H
#define WH_EXPORT_EXPORT_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "event/event_format.h"

/* A time as an export spells it. */
struct export_time {
	uint64_t ticks; /* FILETIME, of UTC where `has_zone` */
	enum time_precision precision; /* as far as its digits go */
	bool has_zone;
	uint64_t local; /* what a clock of the place showed then; 0: that is not said, or all that
			   is */
};

/*
 * Reads YYYY-MM-DD hh:mm:ss[.f] (also with T or slashes) with Z, ±hh:mm, ±hhmm or no zone;
 * M/D/YYYY h:mm:ss AM|PM; Mon D, YYYY @ hh:mm:ss.fff, as Kibana shows it; D/M/YYYY or D.M.YYYY with
 * hours to 23; and /Date(milliseconds)/. False, with *out untouched, for any other text.
 */
bool export_time_read(const char *text, struct export_time *out);

/* Reads decimal seconds since 1970, UTC. */
bool export_time_read_epoch(const char *text, struct export_time *out);

/* Makes a local time, or none, that of a moment of which the UTC is known. */
void export_time_set_utc(struct export_time *time, const struct export_time *utc);

/* The local time as UTC, by two clocks that were read at about the same moment, one of which shows
 * local time, the other UTC: zones differ by quarters of an hour. False when they cannot. */
bool export_time_shift(uint64_t local, uint64_t clock_local, uint64_t clock_utc, uint64_t *out);

#endif
