/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_COVERAGE_PART_H
#define WH_EVIDENCE_COVERAGE_PART_H

#include "evidence/coverage.h"

/* What the coverage of a host is made of: what logs and events said under one of its names. */

/* The log of that channel (in any case; may be NULL); WANTED_LOGS for any other. */
enum wanted_log wanted_log_find(const char *channel);

/* A run of records of one log, host and channel. */
struct coverage_span {
	uint64_t log; /* its number */
	uint64_t first_id, last_id;
	uint64_t from, to;
	uint64_t records;
	uint64_t process_starts, command_lines, scripts; /* as in struct log_holding */
	bool is_mixed; /* the log is of several channels or hosts: its numbers are not theirs */
	bool is_export; /* its numbers are those of the log that was exported, or 0 */
};

/* An event, of which there may be copies. */
struct report_ref {
	uint64_t time; /* 0: local, of a zone that is not known */
	uint64_t record_id;
};

/* That a log was read. */
struct log_mark {
	uint64_t log; /* its number */
	enum wanted_log wanted; /* WANTED_LOGS: any other */
	uint64_t read_errors; /* in it */
	bool is_export;
};

/* What was added of one name in one log. */
struct coverage_part {
	struct event_ref ref; /* of the log; what texts it has are these: */
	char *path, *entry, *via;
	struct host_coverage sums; /* what adds up */
	char *name;
	GArray *spans[WANTED_LOGS]; /* struct coverage_span */
	GArray *exported[WANTED_LOGS]; /* struct coverage_span: of exports that are not whole */
	GArray *held; /* struct export_held: of its exports */
	GArray *marks; /* struct log_mark, some of them several times */
	GArray *reports[WANTED_LOGS]; /* struct report_ref: events that report subscriptions */
	GArray *boots; /* uint64_t: when Windows started */
	GArray *wmi_starts; /* uint64_t */
	GArray *turns; /* uint64_t: when Windows started or stopped */
	GHashTable *folders; /* of its logs: borrowed from the coverage */
	uint64_t version_time, zone_time; /* of what is the latest */
	uint64_t memory;
};

/* Copies the name, and what says of `ref` which file it is. */
struct coverage_part *coverage_part_new(const char *name, const struct event_ref *ref);
void coverage_part_free(gpointer part);

/* Takes what an event says of Windows and of its time zone; of several the latest stays. Copies. */
void coverage_part_set_version(struct coverage_part *part, const char *version, uint32_t build,
			       uint64_t time);
void coverage_part_set_zone(struct coverage_part *part, const char *zone, int32_t bias,
			    uint64_t time);

/* Adds all of `more`, which is not to be used further but to be freed. */
void coverage_part_merge(struct coverage_part *part, struct coverage_part *more);

/* Fills what is left of `sums`, but what host_coverage_judge() does. */
void coverage_part_sum(struct coverage_part *part);

/* Makes the time that is known of the log reach from and to there. */
void log_coverage_widen(struct log_coverage *log, uint64_t from, uint64_t to);

#endif
